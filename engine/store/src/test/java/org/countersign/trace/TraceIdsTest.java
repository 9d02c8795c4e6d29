package org.countersign.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TraceIdsTest {
    private static final Instant TIME = Instant.parse("2026-11-28T12:00:00.123Z");

    private final TraceIds ids = new TraceIds(new Random(7));

    @Test
    void theOrderIsThatOfTime() {
        long first = ids.next(TIME);
        assertThat(ids.next(TIME)).isGreaterThan(first);
        assertThat(ids.next(TIME.plusMillis(1))).isGreaterThan(first);
        assertThat(TraceIds.time(first)).isEqualTo(TIME);
        assertThat(TraceIds.first(TIME)).isLessThanOrEqualTo(first);
        assertThat(TraceIds.first(TIME.plusMillis(1))).isGreaterThan(first);
    }

    /** Also in one millisecond, and after the clock was set back. */
    @Test
    void noNumberComesTwice() {
        Set<Long> seen = new HashSet<>();
        for (Duration offset :
                new Duration[] {Duration.ZERO, Duration.ofHours(-1), Duration.ofSeconds(-5), Duration.ZERO}) {
            for (int i = 0; i < 1000; i++) {
                assertThat(seen.add(ids.next(TIME.plus(offset)))).isTrue();
            }
        }
    }

    @Test
    void timesOutOfRangeAreTheNearestInRange() {
        assertThat(TraceIds.time(ids.next(Instant.parse("2100-01-01T00:00:00Z"))))
                .isAfter("2089-01-01T00:00:00Z");
        assertThat(TraceIds.first(Instant.parse("1999-01-01T00:00:00Z"))).isZero();
    }
}
