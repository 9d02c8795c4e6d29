package org.countersign.milter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.countersign.milter.testing.RecordingFilter;
import org.countersign.milter.wire.ListenAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The message names the address, the reason and the remedy. */
class BindFailureTest {
    @TempDir
    private Path directory;

    private static String failure(ListenAddress... addresses) {
        BindFailure failure = catchThrowableOfType(
                BindFailure.class,
                () -> MilterServer.start(ServerSettings.listeningOn(List.of(addresses)), RecordingFilter.accepting())
                        .close());
        return String.valueOf(failure.getMessage());
    }

    private static ListenAddress inet(String host, int port) {
        return new ListenAddress.Inet(host, port, false);
    }

    @Test
    void namesTheAddressThatFails() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = socket.getLocalPort();
            assertThat(failure(inet("127.0.0.1", 0), inet("127.0.0.1", port)))
                    .isEqualTo("cannot listen on inet:127.0.0.1:" + port
                            + ": the process " + ProcessHandle.current().pid()
                            + " (java) uses this port: stop it, or choose another port");
        }
    }

    @Test
    void explainsAnAddressOfAnotherMachine() {
        assertThat(failure(inet("192.0.2.1", 8891)))
                .startsWith("cannot listen on inet:192.0.2.1:8891: this machine does not have the address: ");
    }

    @Test
    void explainsAnUnknownHost() {
        assertThat(failure(inet("no-such-host.invalid", 8891)))
                .isEqualTo("cannot listen on inet:no-such-host.invalid:8891: the host no-such-host.invalid has no"
                        + " address: correct the name, or use an IP address");
    }

    @Test
    void explainsAMissingDirectory() {
        Path missing = directory.resolve("none");
        assertThat(failure(new ListenAddress.Unix(missing.resolve("milter.sock"))))
                .startsWith("cannot listen on unix:" + missing + "/milter.sock: the directory " + missing
                        + " does not exist: create it, ");
    }

    @Test
    void explainsAPathThatIsTooLong() {
        assertThat(failure(new ListenAddress.Unix(directory.resolve("x".repeat(120)))))
                .endsWith(": the path of a socket may have at most 107 octets: choose a shorter path");
    }

    @Test
    void namesTheMissingPartOfAnIpv6Address() {
        assertThat(failure(new ListenAddress.Inet("127.0.0.1", 8891, true)))
                .endsWith("the host 127.0.0.1 has no IPv6 address: correct the name, or use an IP address");
    }

    @Test
    void explainsADirectoryAsThePath() {
        assertThat(failure(new ListenAddress.Unix(directory)))
                .endsWith(": a file of this name exists and is not a socket: remove it, or choose another name");
        assertThat(failure(new ListenAddress.Unix(Path.of("/"))))
                .endsWith(": a file of this name exists and is not a socket: remove it, or choose another name");
    }

    @Test
    void theServiceOfAProcessIsTheInnermostOfItsControlGroups() {
        assertThat(ListeningProcess.unitOf("0::/system.slice/countersign.service\n"))
                .contains("countersign.service");
        assertThat(ListeningProcess.unitOf("""
                        9:name=systemd:/user.slice/user@1000.service/app.slice/other.service
                        4:memory:/user.slice
                        0::/
                        """)).contains("other.service");
        assertThat(ListeningProcess.unitOf("9:name=systemd:/\n0::/\n")).isEmpty();
        assertThat(ListeningProcess.unitOf("")).isEmpty();
    }

    @Test
    void aServiceThatHasTheAddressIsNamedWithTheCommandThatShowsIt() {
        assertThat(new ListeningProcess("java", "4711", Optional.of("countersign.service"), true)
                        .inUse("this port", "another port"))
                .isEqualTo("the service countersign.service (process 4711, java) uses this port: systemctl status"
                        + " countersign.service shows it; stop it and its socket unit, or choose another port");
        assertThat(new ListeningProcess("systemd", "1", Optional.empty(), false).inUse("this port", "another port"))
                .contains("systemctl list-sockets");
    }
}
