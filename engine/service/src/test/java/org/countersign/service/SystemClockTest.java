package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.countersign.dns.MeasuringClock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SystemClockTest {
    private static final Instant START = Instant.parse("2026-05-14T08:30:00Z");

    private final AtomicReference<Instant> wall = new AtomicReference<>(START);
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final SystemClock clock = new SystemClock(wall::get, nanos::get);

    @ParameterizedTest
    @ValueSource(ints = {-6, 6})
    void theMonotonicClockKeepsGoingWhenTheWallClockIsSet(int hours) {
        InstantSource monotonic = MeasuringClock.monotonicOf(clock);
        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
        wall.set(START.plus(Duration.ofHours(hours)));

        assertThat(monotonic.instant()).isEqualTo(START.plusSeconds(3));
        assertThat(clock.instant()).isEqualTo(START.plus(Duration.ofHours(hours)));
    }
}
