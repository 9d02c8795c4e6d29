package org.countersign.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.postfix.MtaTools;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The service of the package with its socket units. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600)
class SocketUnitsIT {
    private static final String IN_CHROOT = "/var/spool/postfix/countersign/milter.sock";
    private static final int RESTARTS = 3;
    /** The pause of ExecStopPost= in the unit. */
    private static final Duration RESTART_PAUSE = Duration.ofSeconds(5);

    private InstalledService service;

    @BeforeEach
    void install() throws IOException, InterruptedException {
        SystemdNamespace.assumePossible();
        // The chroot and the group of the socket.
        MtaTools.assumeInstalled("postfix");
        service = InstalledService.install();
    }

    @AfterEach
    void end() throws IOException {
        if (service != null) {
            service.close();
        }
    }

    private void enable(String... units) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("systemctl", "enable"));
        command.addAll(List.of(units));
        service.systemd().succeed(command.toArray(String[]::new));
        service.systemd().succeed("systemctl", "restart", InstalledService.UNIT);
    }

    @Test
    void aRestartAfterEnablingThemOpensThemAndPostfixReachesTheOneInItsChroot()
            throws IOException, InterruptedException {
        service.policy("mode: monitor");
        service.start();
        enable("countersign.socket", "countersign-postfix.socket");

        Path socket = service.systemd().path(IN_CHROOT);
        PosixFileAttributes attributes = Files.readAttributes(socket, PosixFileAttributes.class);
        assertThat(PosixFilePermissions.toString(attributes.permissions())).isEqualTo("rw-rw----");
        assertThat(attributes.group().getName()).isEqualTo("postfix");
        for (ListenAddress address : List.of(service.address(), service.unix(IN_CHROOT))) {
            assertThat(InstalledService.submit(address).isAccepted()).isTrue();
        }
        assertThat(service.property("StatusText"))
                .contains("inet:127.0.0.1:" + service.port())
                .contains("unix:" + IN_CHROOT);

        service.systemd().succeed("systemctl", "stop", "countersign.socket", "countersign-postfix.socket");
        assertThat(socket).doesNotExist();
    }

    @Test
    void theAddressOfTheSocketUnitIsChangedByStoppingBothAndStartingTheService()
            throws IOException, InterruptedException {
        service.policy("mode: monitor");
        enable("countersign.socket");
        service.dropIn("countersign.socket", "[Socket]\nListenStream=\nListenStream=/run/countersign-other.sock\n");
        service.systemd().succeed("systemctl", "stop", InstalledService.UNIT, "countersign.socket");
        service.systemd().succeed("systemctl", "start", InstalledService.UNIT);
        assertThat(InstalledService.submit(service.unix("/run/countersign-other.sock"))
                        .isAccepted())
                .isTrue();
    }

    @Test
    void noConnectionIsRefusedWhileTheServiceIsRestarted() throws IOException, InterruptedException {
        service.policy("mode: monitor");
        enable("countersign.socket", "countersign-postfix.socket");
        AtomicBoolean running = new AtomicBoolean(true);
        AtomicInteger served = new AtomicInteger();
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        List<Thread> clients = new ArrayList<>();
        for (ListenAddress address : List.of(service.address(), service.unix(IN_CHROOT))) {
            clients.add(Thread.ofPlatform().start(() -> {
                while (running.get()) {
                    try {
                        assertThat(InstalledService.submit(address).isAccepted())
                                .isTrue();
                        served.incrementAndGet();
                    } catch (IOException | AssertionError failure) {
                        failures.add(address + ": " + failure);
                    }
                }
            }));
        }
        try {
            for (int i = 0; i < RESTARTS; i++) {
                int before = served.get();
                service.systemd().succeed("systemctl", "restart", InstalledService.UNIT);
                while (served.get() < before + 20 && failures.isEmpty()) {
                    TimeUnit.MILLISECONDS.sleep(20);
                }
            }
        } finally {
            running.set(false);
        }
        for (Thread client : clients) {
            client.join();
        }
        assertThat(failures).isEmpty();
        assertThat(served.get()).isGreaterThanOrEqualTo(RESTARTS * 20);
    }

    @Test
    void aConnectionWaitsForAPolicyThatIsCorrectedAndDoesNotStartTheServiceWithoutPause() throws Exception {
        service.policy("mode: perhaps");
        service.systemd().succeed("systemctl", "enable", "countersign.socket");
        service.systemd().succeed("systemctl", "start", "countersign.socket");
        Queue<String> results = new ConcurrentLinkedQueue<>();
        Thread client = Thread.ofPlatform().start(() -> {
            try {
                results.add("accepted: " + service.submit().isAccepted());
            } catch (IOException failure) {
                results.add(failure.toString());
            }
        });
        service.await("ExecMainStatus", "78"::equals);
        long start = System.nanoTime();
        int before = attempts();
        TimeUnit.SECONDS.sleep(6);
        int after = attempts();
        long pauses = Duration.ofNanos(System.nanoTime() - start).dividedBy(RESTART_PAUSE);
        assertThat(after - before).isLessThanOrEqualTo((int) pauses + 1);
        assertThat(results).isEmpty();

        service.policy("mode: monitor");
        client.join();
        assertThat(results).containsExactly("accepted: true");
        assertThat(service.property("ActiveState")).isEqualTo("active");
    }

    /** How often the policy file was refused. */
    private int attempts() throws IOException, InterruptedException {
        return InstalledService.lines(service.journal(), "perhaps").size();
    }
}
