package org.countersign.ops.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the program makes of WATCHDOG_USEC. */
class WatchdogTimeoutTest {
    private static final long PID = 4711;

    private static Optional<Duration> timeout(String micros) {
        Map<String, String> environment =
                Map.of("NOTIFY_SOCKET", "/run/systemd/notify", "WATCHDOG_USEC", micros, "WATCHDOG_PID", "4711");
        try (ServiceManager manager = ServiceManager.of(environment, PID, event -> {})) {
            return manager.watchdogTimeout();
        }
    }

    @Test
    void itIsInMicroseconds() {
        assertThat(timeout("30000000")).contains(Duration.ofSeconds(30));
    }

    @Test
    void aTimeoutTooShortForAnyCheckIsTakenAsTheShortestPossibleOne() {
        assertThat(timeout("1")).contains(Duration.ofMillis(200));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-9", "garbage", "9223372036854775807", "99999999999999999999"})
    void otherTextMeansNoWatchdog(String text) {
        assertThat(timeout(text)).isEmpty();
    }
}
