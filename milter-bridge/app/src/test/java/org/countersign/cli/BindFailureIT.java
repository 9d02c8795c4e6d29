package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.countersign.postfix.MtaTools;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Why a process without the privileges of root cannot listen. The program ends, and says what to do. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600)
class BindFailureIT {
    /** Root without its privileges: the files of the test stay readable, and everything else is refused. */
    private static final List<String> UNPRIVILEGED = List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all");

    @TempDir
    private Path temp;

    @BeforeEach
    void needRoot() throws IOException {
        assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")), "needs root");
        MtaTools.assumeInstalled("setpriv", "unshare");
    }

    private String failure(String settings, List<String> before) throws IOException, InterruptedException {
        Path policy = Files.writeString(temp.resolve("mx.yaml"), settings + "\ndns: { servers: [\"127.0.0.1:9\"] }\n");
        List<String> prefix = new ArrayList<>(before);
        prefix.addAll(UNPRIVILEGED);
        Path output = temp.resolve("output");
        Process serve = ServiceProcess.command(policy, prefix.toArray(String[]::new))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(serve.waitFor(4, TimeUnit.MINUTES)).isTrue();
        } finally {
            serve.destroyForcibly();
        }
        assertThat(serve.exitValue()).as(Files.readString(output)).isEqualTo(ExitStatus.IO.code());
        return Files.readAllLines(output).getLast();
    }

    private String failure(String settings) throws IOException, InterruptedException {
        return failure(settings, List.of());
    }

    private static String listen(Path socket) {
        return "listen: [\"unix:" + socket + "\"]";
    }

    /** A directory of another user. */
    private Path foreign(String permissions) throws IOException {
        Path directory = Files.createDirectory(temp.resolve("foreign"));
        Files.setOwner(
                directory,
                directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
        return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void aPrivilegedPort() throws Exception {
        Path first = Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");
        assumeTrue(Files.readAllLines(first).getFirst().equals("1024"), "all users may use low ports here");
        assertThat(failure("listen: [\"inet:127.0.0.1:623\"]"))
                .endsWith("cannot listen on inet:127.0.0.1:623: this user may not use ports below 1024: choose a higher"
                        + " one");
    }

    @Test
    void aGroupThatTheUserIsNotIn() throws Exception {
        Path socket = temp.resolve("milter.sock");
        assertThat(failure(listen(socket) + "\nsockets: { group: mail }"))
                .endsWith("cannot listen on unix:" + socket + ": the user root may not give a socket to the group mail:"
                        + " under systemd, let a socket unit make the socket (SocketGroup=mail); otherwise add the user"
                        + " to the group (usermod -a -G mail root) and restart the service");
        assertThat(socket).doesNotExist();
    }

    @Test
    void anotherOwner() throws Exception {
        assertThat(failure(listen(temp.resolve("milter.sock")) + "\nsockets: { owner: nobody }"))
                .endsWith(": only root may give a socket to the user nobody: run the service as this user, or use a"
                        + " group");
    }

    @Test
    void aDirectoryOfAnotherUser() throws Exception {
        Path directory = foreign("rwxr-xr-x");
        assertThat(failure(listen(directory.resolve("milter.sock"))))
                .endsWith(": this user may not create files in " + directory
                        + ": make the user of the service the owner of the directory");
    }

    @Test
    void aDirectoryThatTheUserMayNotEnter() throws Exception {
        Path directory = foreign("rwx------");
        assertThat(failure(listen(directory.resolve("run/milter.sock"))))
                .endsWith(": this user may not enter the directory " + directory
                        + ": give it the permission (chmod), or choose another directory");
    }

    @Test
    void aReadOnlyDirectory() throws Exception {
        Path directory = Files.createDirectory(temp.resolve("read-only"));
        String mount =
                "mount --bind D D && mount -o remount,bind,ro D && exec \"$@\"".replace("D", directory.toString());
        assertThat(failure(
                        listen(directory.resolve("milter.sock")),
                        List.of("unshare", "--mount", "sh", "-c", mount, "sh")))
                .endsWith(": the directory " + directory + " is read-only for this process: with systemd, add"
                        + " ReadWritePaths=" + directory + " to the unit, or listen below its RuntimeDirectory;"
                        + " in Postfix's chroot directory use a socket unit");
    }

    @Test
    void aPortOfAnotherProcess() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(failure("listen: [\"inet:127.0.0.1:" + taken.getLocalPort() + "\"]"))
                    .contains("another process uses this port, perhaps the installed service (systemctl status"
                            + " countersign): stop it (as root, ss -ltnp shows it)");
        }
    }
}
