package org.countersign.ops.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.countersign.ops.system.DatagramReceiver;
import org.countersign.service.log.LogEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class ServiceManagerIT {
    private static final long PID = 42;

    @TempDir
    private Path folder;

    private final List<LogEvent> events = new ArrayList<>();

    @BeforeEach
    void needsForeignFunctions() {
        assumeTrue(Runtime.version().feature() >= 22, "needs Java 22");
    }

    private ServiceManager manager(Map<String, String> environment) {
        return ServiceManager.of(environment, PID, events::add);
    }

    @Test
    void isToldOfEachState() throws IOException {
        String socket = folder.resolve("notify").toString();
        try (DatagramReceiver receiver = DatagramReceiver.at(socket);
                ServiceManager manager = manager(Map.of("NOTIFY_SOCKET", socket))) {
            manager.ready("listening");
            assertThat(receiver.nextText()).isEqualTo("READY=1\nSTATUS=listening");
            long before = System.nanoTime() / 1000;
            manager.reloading();
            assertThat(receiver.nextText())
                    .matches("RELOADING=1\nMONOTONIC_USEC=[0-9]+")
                    .satisfies(text -> assertThat(Long.parseLong(text.substring(text.lastIndexOf('=') + 1)))
                            .isBetween(before, System.nanoTime() / 1000));
            manager.status("changed");
            assertThat(receiver.nextText()).isEqualTo("STATUS=changed");
            manager.alive();
            assertThat(receiver.nextText()).isEqualTo("WATCHDOG=1");
            manager.stopping("2 messages");
            assertThat(receiver.nextText()).isEqualTo("STOPPING=1\nSTATUS=2 messages");
        }
        assertThat(events).isEmpty();
    }

    @Test
    void getsNoLineEndAndNoControlCharacterAndABoundedText() throws IOException {
        String socket = folder.resolve("notify").toString();
        try (DatagramReceiver receiver = DatagramReceiver.at(socket);
                ServiceManager manager = manager(Map.of("NOTIFY_SOCKET", socket))) {
            manager.status("a\nMAINPID=1\u001b[31m" + "x".repeat(100_000));
            assertThat(receiver.nextText())
                    .startsWith("STATUS=a MAINPID=1 [31mxxx")
                    .hasSizeLessThan(600);
        }
    }

    @Test
    void thatCannotBeReachedIsLoggedOnce() {
        try (ServiceManager manager =
                manager(Map.of("NOTIFY_SOCKET", folder.resolve("none").toString()))) {
            manager.ready("listening");
            manager.alive();
        }
        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.name()).isEqualTo("service-manager-unreachable");
            assertThat(event.pairs().toString()).contains("No such file").contains("Type=exec");
        });
    }

    @Test
    void isAbsentWithoutASocket() {
        try (ServiceManager manager = manager(Map.of("WATCHDOG_USEC", "1000000"))) {
            manager.ready("listening");
            assertThat(manager.watchdogTimeout()).isEmpty();
        }
        assertThat(events).isEmpty();
    }

    @Test
    void saysAfterHowLongItEndsTheProcess() {
        String socket = folder.resolve("none").toString();
        try (ServiceManager own = manager(Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "2500000"));
                ServiceManager named =
                        manager(Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "300000", "WATCHDOG_PID", "42"));
                ServiceManager other =
                        manager(Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "300000", "WATCHDOG_PID", "43"));
                ServiceManager wrong =
                        manager(Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "99999999999999999999"))) {
            assertThat(own.watchdogTimeout()).contains(Duration.ofMillis(2500));
            assertThat(named.watchdogTimeout()).contains(Duration.ofMillis(300));
            assertThat(other.watchdogTimeout()).isEmpty();
            assertThat(wrong.watchdogTimeout()).isEmpty();
        }
    }
}
