package org.countersign.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MeasuringClockTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void aPlannedTimeComesWhenTheClockIsThere() {
        assertThat(MeasuringClock.hasCome(NOW.plusSeconds(1), HOUR, NOW)).isFalse();
        assertThat(MeasuringClock.hasCome(NOW, HOUR, NOW)).isTrue();
        assertThat(MeasuringClock.hasCome(Instant.MIN, HOUR, NOW)).isTrue();
    }

    @Test
    void aPlannedTimeHasComeIfTheClockWasSetBackSince() {
        assertThat(MeasuringClock.hasCome(NOW.plus(HOUR), HOUR, NOW)).isFalse();
        assertThat(MeasuringClock.hasCome(NOW.plus(HOUR), HOUR, NOW.minusSeconds(1)))
                .isTrue();
    }
}
