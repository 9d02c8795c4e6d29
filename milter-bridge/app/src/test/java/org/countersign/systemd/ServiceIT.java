package org.countersign.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The service of the package under a real systemd, without its socket units. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600)
class ServiceIT {
    private InstalledService service;

    @BeforeEach
    void install() throws IOException, InterruptedException {
        SystemdNamespace.assumePossible();
        service = InstalledService.install();
    }

    @AfterEach
    void end() throws IOException {
        if (service != null) {
            service.close();
        }
    }

    private static void connect(int port) throws IOException {
        try (SocketChannel channel =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            assertThat(channel.isConnected()).isTrue();
        }
    }

    @Test
    void isActiveOnceItListensAndStopsWithoutFailure() throws IOException, InterruptedException {
        service.policy("mode: enforce");
        service.systemd().succeed("systemctl", "start", "--no-block", InstalledService.UNIT);
        String state = service.property("ActiveState");
        while (state.equals("activating")) {
            state = service.property("ActiveState");
        }
        assertThat(state).as(service.diagnosis()).isEqualTo("active");
        connect(service.port());
        assertThat(service.submit().isAccepted()).isTrue();
        assertThat(service.property("StatusText"))
                .startsWith("Listening on inet:127.0.0.1:" + service.port() + "; mode enforce, 0 keys");

        service.systemd().succeed("systemctl", "stop", InstalledService.UNIT);
        assertThat(service.property("ActiveState")).isEqualTo("inactive");
        assertThat(service.property("SubState")).isEqualTo("dead");
        assertThat(service.property("Result")).isEqualTo("success");
        assertThat(service.property("ExecMainStatus")).isEqualTo("0");
        assertThat(service.journal()).contains("event=stopping").contains("event=stopped");
        Assertions.assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> connect(service.port()));
    }

    @Test
    void aReloadTakesAChangedPolicyAndKeepsTheEarlierOneInsteadOfABrokenOne() throws IOException, InterruptedException {
        service.policy("mode: monitor");
        service.start();
        String process = service.property("MainPID");

        service.policy("mode: enforce");
        service.systemd().succeed("systemctl", "reload", InstalledService.UNIT);
        service.await("StatusText", text -> text.contains("mode enforce"));
        service.await("ActiveState", "active"::equals);

        service.policy("mode: perhaps");
        service.systemd().succeed("systemctl", "reload", InstalledService.UNIT);
        service.await("StatusText", text -> text.contains("refused"));
        assertThat(service.property("StatusText"))
                .contains("mode enforce")
                .contains(InstalledService.POLICY + ":3")
                .contains("perhaps");
        service.await("ActiveState", "active"::equals);
        assertThat(service.submit().isAccepted()).isTrue();

        service.policy("mode: monitor");
        service.systemd().succeed("systemctl", "reload", InstalledService.UNIT);
        service.await("StatusText", text -> text.contains("mode monitor") && !text.contains("refused"));
        service.await("ActiveState", "active"::equals);
        assertThat(service.property("MainPID")).isEqualTo(process);
    }

    @Test
    void aProcessThatHangsIsReplaced() throws IOException, InterruptedException {
        service.policy("mode: monitor");
        // The service reports twice in this time, and a machine that stands still for a moment does not make it too
        // late.
        service.dropIn(InstalledService.UNIT, "[Service]\nWatchdogSec=16\nTimeoutAbortSec=4\n");
        service.start();
        String process = service.property("MainPID");
        // Longer than the service may be silent. Meanwhile it must not be ended.
        for (int reports = 0; reports < 3; reports++) {
            String before = service.property("WatchdogTimestampMonotonic");
            service.await("WatchdogTimestampMonotonic", last -> !last.equals(before));
        }
        assertThat(service.property("MainPID")).isEqualTo(process);
        assertThat(service.property("NRestarts")).isEqualTo("0");

        service.systemd().succeed("kill", "-STOP", process);
        service.await("NRestarts", "1"::equals);
        service.await("ActiveState", "active"::equals);
        assertThat(service.property("MainPID")).isNotEqualTo(process);
        assertThat(service.submit().isAccepted()).isTrue();
    }

    @Test
    void aBrokenPolicyIsTriedAgainUntilItIsCorrected() throws IOException, InterruptedException {
        service.policy("mode: perhaps");
        assertThat(service.systemd()
                        .run("systemctl", "start", InstalledService.UNIT)
                        .status())
                .isNotZero();
        // While systemd is asked, it may have tried again more than once.
        service.await("NRestarts", restarts -> !restarts.equals("0"));
        service.policy("mode: monitor");
        service.await("ActiveState", "active"::equals);
        assertThat(service.submit().isAccepted()).isTrue();
    }
}
