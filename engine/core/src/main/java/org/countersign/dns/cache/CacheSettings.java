package org.countersign.dns.cache;

import java.time.Duration;

/**
 * How much is kept and for how long.
 *
 * @param maxBytes how much memory the answers may take, as an estimate; at least 64 KiB
 * @param minTtl how long an answer is kept at least, whatever its TTL says; at most five minutes. An
 *     answer with a TTL of zero is not kept all the same
 * @param maxTtl how long an answer is kept at most; more than zero and at most a week (RFC 8767 §4). That
 *     a name or a record does not exist is kept for an hour at most (RFC 2308 §5)
 * @param failureTtl how long a failure is remembered; zero for not at all, at most five minutes (RFC 9520
 *     §3.2)
 * @param serveStale how long after its TTL an answer with records may be given out when no newer one can
 *     be had (RFC 8767); zero for not at all, at most three days
 */
public record CacheSettings(long maxBytes, Duration minTtl, Duration maxTtl, Duration failureTtl, Duration serveStale) {
    private static final long MIN_BYTES = 64L << 10;
    private static final Duration MAX_MIN_TTL = Duration.ofMinutes(5);
    private static final Duration MAX_MAX_TTL = Duration.ofDays(7);
    private static final Duration MAX_FAILURE_TTL = Duration.ofMinutes(5);
    private static final Duration MAX_SERVE_STALE = Duration.ofDays(3);

    /**
     * 32 MiB, TTLs as they come up to a day, failures for five seconds, stale answers for an hour: long
     * enough to sit out a resolver's restart, short enough that a revoked key does not live on.
     */
    // Below the other constants, since it passes through the checks that use them.
    public static final CacheSettings DEFAULT =
            new CacheSettings(32L << 20, Duration.ZERO, Duration.ofDays(1), Duration.ofSeconds(5), Duration.ofHours(1));

    /**
     * @throws IllegalArgumentException if a value is out of its range, or the least TTL above the greatest
     */
    public CacheSettings {
        if (maxBytes < MIN_BYTES) {
            throw new IllegalArgumentException("a DNS cache takes at least " + MIN_BYTES + " bytes, not " + maxBytes);
        }
        requireRange("least TTL", minTtl, MAX_MIN_TTL);
        requireRange("greatest TTL", maxTtl, MAX_MAX_TTL);
        requireRange("TTL of failures", failureTtl, MAX_FAILURE_TTL);
        requireRange("time for stale answers", serveStale, MAX_SERVE_STALE);
        if (maxTtl.isZero()) {
            throw new IllegalArgumentException("the greatest TTL of the DNS cache must be above zero");
        }
        if (minTtl.compareTo(maxTtl) > 0) {
            throw new IllegalArgumentException(
                    "the least TTL of the DNS cache, " + minTtl + ", is above the greatest, " + maxTtl);
        }
    }

    private static void requireRange(String what, Duration value, Duration largest) {
        if (value.isNegative() || value.compareTo(largest) > 0) {
            throw new IllegalArgumentException(
                    "the " + what + " of the DNS cache must be between zero and " + largest + ": " + value);
        }
    }
}
