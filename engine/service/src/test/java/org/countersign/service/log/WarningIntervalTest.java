package org.countersign.service.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WarningIntervalTest {
    private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

    private final WarningInterval interval = new WarningInterval();

    @Test
    void aWarningIsDueAtOnceAndThenOnceInTenMinutes() {
        assertThat(interval.isDue(NOON)).isTrue();
        assertThat(interval.isDue(NOON)).isFalse();
        assertThat(interval.isDue(NOON.plus(Duration.ofMinutes(10)).minusMillis(1)))
                .isFalse();
        assertThat(interval.isDue(NOON.plus(Duration.ofMinutes(10)))).isTrue();
        assertThat(interval.isDue(NOON.plus(Duration.ofMinutes(11)))).isFalse();
    }

    @Test
    void theNextFailureIsReportedAtOnce() {
        assertThat(interval.isDue(NOON)).isTrue();
        interval.end();
        assertThat(interval.isDue(NOON.plusSeconds(1))).isTrue();
    }

    @Test
    void aClockThatIsSetBackSilencesNothing() {
        assertThat(interval.isDue(NOON)).isTrue();
        assertThat(interval.isDue(NOON.minus(Duration.ofHours(3)))).isTrue();
        assertThat(interval.isDue(NOON.minus(Duration.ofHours(3)).plusSeconds(1)))
                .isFalse();
    }
}
