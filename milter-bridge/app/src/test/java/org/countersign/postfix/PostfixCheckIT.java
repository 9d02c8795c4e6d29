package org.countersign.postfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.countersign.milter.server.SocketPermissions;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.ops.check.PostfixCheck;
import org.countersign.service.ProcessIdentity;
import org.countersign.service.check.Finding;
import org.countersign.service.check.Findings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the check finds in a configuration of Postfix, which Postfix's own postconf reads. */
@Execution(ExecutionMode.CONCURRENT)
class PostfixCheckIT {
    private final Findings findings = new Findings();

    @TempDir
    private Path temp;

    @SuppressWarnings("NullAway.Init")
    private Path queue;

    @SuppressWarnings("NullAway.Init")
    private Path socket;

    @BeforeEach
    void layOut() throws IOException {
        MtaTools.assumePostfix();
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        queue = Files.createDirectory(temp.resolve("queue"));
        Files.createDirectory(queue.resolve("countersign"));
        socket = queue.resolve("countersign/milter.sock");
    }

    private List<String> check(String chroot, String milters, String... listen) throws IOException {
        return check(chroot, milters, SocketPermissions.DEFAULT, listen);
    }

    private List<String> check(String chroot, String milters, SocketPermissions permissions, String... listen)
            throws IOException {
        Files.writeString(
                temp.resolve("main.cf"), "compatibility_level = 3.6\nqueue_directory = " + queue + "\n" + milters);
        Files.writeString(
                temp.resolve("master.cf"), "smtp inet n - " + chroot + " - - smtpd\ncleanup unix n - y - 0 cleanup\n");
        List<ListenAddress> addresses = List.of(listen).stream()
                .map(address -> ListenAddress.parse(address).orElseThrow())
                .toList();
        new PostfixCheck(addresses, permissions, findings).run(Optional.of(temp));
        return findings.inOrder().stream()
                .map(finding -> finding.level() + " " + finding.text())
                .toList();
    }

    @Test
    void aPortThatMainCfNamesIsInOrder() throws IOException {
        assertThat(check(
                        "y",
                        "smtpd_milters = { inet:localhost:8891, connect_timeout=10s }\nnon_smtpd_milters = $smtpd_milters\n",
                        "inet:127.0.0.1:8891"))
                .containsExactly("NOTE Postfix sends its mail here (smtpd_milters)");
    }

    @Test
    void localMailThatDoesNotComeHereIsNoted() throws IOException {
        assertThat(check("n", "smtpd_milters = inet:127.0.0.1:8891\n", "inet:127.0.0.1:8891"))
                .last()
                .asString()
                .contains("add non_smtpd_milters = $smtpd_milters to main.cf");
    }

    @Test
    void theLineForMainCfIsShown() throws IOException {
        assertThat(check("n", "", "inet:127.0.0.1:8891"))
                .containsExactly("WARNING main.cf of Postfix does not name this service: add smtpd_milters ="
                        + " inet:127.0.0.1:8891 and non_smtpd_milters = $smtpd_milters");
    }

    @Test
    void aSocketOutsideTheChrootThatMainCfNamesIsAnError() throws IOException {
        assertThat(check("y", "smtpd_milters = unix:/run/cs/m.sock\n", "unix:/run/cs/m.sock"))
                .containsExactly(
                        "ERROR smtpd_milters = unix:/run/cs/m.sock: Postfix's smtpd runs in the chroot directory "
                                + queue + " (master.cf) and looks for the socket " + queue
                                + "/run/cs/m.sock: use the socket unit countersign-postfix.socket, or listen on unix:"
                                + queue
                                + "/countersign/milter.sock, and write smtpd_milters = unix:countersign/milter.sock; or"
                                + " use a TCP address");
    }

    @Test
    void withoutAChrootTheSameSocketIsInOrder() throws IOException {
        assertThat(check("n", "smtpd_milters = unix:/run/cs/m.sock\n", "unix:/run/cs/m.sock"))
                .first()
                .isEqualTo("NOTE Postfix sends its mail here (smtpd_milters)");
    }

    @Test
    void aSocketBelowTheQueueDirectoryIsNamedRelativeToIt() throws IOException {
        openTo("rwxr-xr-x", "rw-rw-rw-");
        assertThat(check("y", "", "unix:" + socket))
                .containsExactly("WARNING main.cf of Postfix does not name this service: add smtpd_milters ="
                        + " unix:countersign/milter.sock and non_smtpd_milters = $smtpd_milters");
    }

    @Test
    void bothNotationsOfASocketInTheChrootLeadToIt() throws IOException {
        openTo("rwxr-xr-x", "rw-rw-rw-");
        assertThat(check("y", "smtpd_milters = unix:countersign/milter.sock\n", "unix:" + socket))
                .contains("NOTE Postfix sends its mail here (smtpd_milters)");
        assertThat(check("y", "smtpd_milters = unix:/countersign/milter.sock\n", "unix:" + socket))
                .noneMatch(line -> line.startsWith("WARNING"));
    }

    @Test
    void aDirectoryThatPostfixMayNotEnterIsAnError() throws IOException {
        openTo("rwx------", "rw-rw-rw-");
        assertThat(check("y", "smtpd_milters = unix:countersign/milter.sock\n", "unix:" + socket))
                .first()
                .asString()
                .startsWith("ERROR unix:" + socket + ": the user postfix may not enter the directory "
                        + queue.resolve("countersign").toRealPath());
    }

    @Test
    void aSocketThatPostfixMayNotConnectToIsAnError() throws IOException {
        openTo("rwxr-xr-x", "rw-------");
        assertThat(check("y", "smtpd_milters = unix:countersign/milter.sock\n", "unix:" + socket))
                .first()
                .asString()
                .isEqualTo("ERROR unix:" + socket + ": the user postfix may not write to " + socket
                        + ", so Postfix cannot connect: use the socket unit countersign-postfix.socket, or set sockets.group"
                        + " and run the service without a unit, and give the directory to the group postfix");
    }

    @Test
    void aSocketThatWillBelongToAnotherGroupIsAWarning() throws IOException {
        Files.setPosixFilePermissions(socket.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(check("y", "smtpd_milters = unix:countersign/milter.sock\n", "unix:" + socket))
                .first()
                .asString()
                .contains("WARNING", "use the socket unit countersign-postfix.socket, or set sockets.group");
    }

    @Test
    void aDirectoryThatGivesItsGroupToTheSocketIsEnough() throws IOException {
        assumeTrue(
                ProcessIdentity.current().filter(ProcessIdentity::isRoot).isPresent(),
                "only root can give a directory to the group postfix");
        Path directory = socket.getParent();
        ProcessIdentity postfix = ProcessIdentity.of("postfix").orElseThrow();
        int group = postfix.groups().iterator().next();
        Files.setAttribute(directory, "unix:gid", group);
        Files.setAttribute(directory, "unix:mode", 02750);
        assertThat(check("y", "smtpd_milters = unix:countersign/milter.sock\n", "unix:" + socket))
                .noneMatch(line -> line.startsWith("WARNING") || line.startsWith("ERROR"));
    }

    private void openTo(String directoryMode, String socketMode) throws IOException {
        Files.deleteIfExists(socket);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
        }
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString(socketMode));
        Files.setPosixFilePermissions(socket.getParent(), PosixFilePermissions.fromString(directoryMode));
    }

    @Test
    void theMiltersOfSingleServicesInMasterCfCountToo() throws IOException {
        ListenAddress milter = ListenAddress.parse("inet:127.0.0.1:8891").orElseThrow();
        try (PostfixInstance postfix = PostfixInstance.start(
                PostfixSettings.delivering("a@example.org").withInboundMilters(milter.toString()))) {
            new PostfixCheck(List.of(milter), SocketPermissions.DEFAULT, findings)
                    .run(Optional.of(postfix.directory().resolve("conf")));
        }
        assertThat(findings.inOrder())
                .first()
                .isEqualTo(new Finding(Finding.Level.NOTE, "Postfix sends its mail here (smtpd_milters)"));
    }
}
