package org.countersign.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ClockReadingTest {
    private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

    private static ClockReading reading(Duration later, String boot, Duration sinceBoot) {
        return new ClockReading(NOON.plus(later), boot, sinceBoot);
    }

    @Test
    void aClockThatIsSetChangesNothingInOneRunOfTheSystem() {
        ClockReading before = reading(Duration.ZERO, "a", Duration.ofHours(5));
        assertThat(reading(Duration.ofDays(3), "a", Duration.ofHours(6)).since(before))
                .isEqualTo(Duration.ofHours(1));
        assertThat(reading(Duration.ofDays(-3), "a", Duration.ofHours(6)).since(before))
                .isEqualTo(Duration.ofHours(1));
    }

    @Test
    void afterANewStartOnlyTheTimeSinceThatStartCounts() {
        ClockReading before = reading(Duration.ZERO, "a", Duration.ofHours(5));
        assertThat(reading(Duration.ofDays(3), "b", Duration.ofMinutes(7)).since(before))
                .isEqualTo(Duration.ofMinutes(7));
    }

    @Test
    void onAnotherHostTheTimeOfDayCounts() {
        ClockReading before = reading(Duration.ZERO, "a", Duration.ofHours(5));
        assertThat(reading(Duration.ofHours(2), "b", Duration.ofDays(300)).since(before))
                .isEqualTo(Duration.ofHours(2));
        assertThat(reading(Duration.ofHours(-2), "b", Duration.ofDays(300)).since(before))
                .isZero();
    }

    @Test
    void theClockOfThisHostGoesOn() {
        HostClock clock = new HostClock(() -> NOON);
        ClockReading first = clock.get();
        assertThat(clock.get().since(first)).isBetween(Duration.ZERO, Duration.ofMinutes(10));
    }
}
