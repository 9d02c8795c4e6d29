package org.countersign.reports.failure;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.countersign.syntax.Ascii;

/**
 * How many failure reports may be sent (RFC 9991 §2): one a minute and 20 a day to one address, and 60 an hour in all. What is more
 * is not sent later.
 *
 * <p>For one thread.
 */
final class FailureReportRate {
    static final int MAX_ADDRESSES = 10_000;

    private final InstantSource clock;
    private final Bucket all;
    private final Map<String, Buckets> addresses = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Buckets> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };
    private long refused;

    private record Buckets(Bucket minute, Bucket day) {}

    public FailureReportRate(InstantSource clock) {
        this.clock = clock;
        this.all = new Bucket(60, Duration.ofHours(1), clock.instant());
    }

    /** Whether a report may be sent to the address now. If so, it counts. */
    public boolean tryAcquire(String address) {
        Instant now = clock.instant();
        Buckets buckets = addresses.computeIfAbsent(
                Ascii.lower(address),
                any -> new Buckets(new Bucket(1, Duration.ofMinutes(1), now), new Bucket(20, Duration.ofDays(1), now)));
        boolean allowed =
                all.has(now) && buckets.minute().has(now) && buckets.day().has(now);
        if (allowed) {
            all.take();
            buckets.minute().take();
            buckets.day().take();
        } else {
            refused++;
        }
        return allowed;
    }

    /** How many reports were not allowed. */
    public long refused() {
        return refused;
    }

    /** A token bucket that fills evenly. */
    private static final class Bucket {
        private final long capacity;
        private final long nanosPerToken;
        private long nanos;
        private Instant at;

        private Bucket(int tokens, Duration time, Instant now) {
            this.nanosPerToken = time.toNanos() / tokens;
            this.capacity = nanosPerToken * tokens;
            this.nanos = capacity;
            this.at = now;
        }

        private boolean has(Instant now) {
            // A clock that goes back fills nothing.
            Duration passed = Duration.between(at, now);
            if (passed.isPositive()) {
                nanos = passed.toSeconds() > Duration.ofDays(1).toSeconds()
                        ? capacity
                        : Math.min(capacity, nanos + passed.toNanos());
                at = now;
            }
            return nanos >= nanosPerToken;
        }

        private void take() {
            nanos -= nanosPerToken;
        }
    }
}
