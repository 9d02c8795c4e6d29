package org.countersign.dns.cache;

import java.time.Duration;

/**
 * The size of a DNS cache and the lifetime of its answers.
 *
 * @param maxBytes the estimated memory that the answers may take; at least 64 KiB
 * @param minTtl the minimum TTL of a cached answer; at most five minutes. An answer with a TTL of zero is not cached
 *     anyway
 * @param maxTtl the maximum TTL of a cached answer; more than zero and at most a week (RFC 8767 §4). The maximum of
 *     negative answers is one hour (RFC 2308 §5)
 * @param failureTtl how long a failure is cached; zero to not cache failures, at most five minutes (RFC 9520 §3.2)
 * @param serveStale how long after its TTL a positive answer may be returned if there is no newer one (RFC 8767); zero
 *     for never, at most three days
 */
public record CacheSettings(long maxBytes, Duration minTtl, Duration maxTtl, Duration failureTtl, Duration serveStale) {
    /** The bounds of the settings. */
    public static final long MIN_BYTES = 64L << 10;

    public static final Duration MAX_MIN_TTL = Duration.ofMinutes(5);
    public static final Duration MAX_MAX_TTL = Duration.ofDays(7);
    public static final Duration MAX_FAILURE_TTL = Duration.ofMinutes(5);
    public static final Duration MAX_SERVE_STALE = Duration.ofDays(3);

    /**
     * 32 MiB, TTLs of up to a day, five seconds for failures, and one hour for stale answers. That hour covers the restart
     * of a resolver, but does not let a revoked key live on.
     */
    // Must follow the other constants, which the constructor uses.
    public static final CacheSettings DEFAULT =
            new CacheSettings(32L << 20, Duration.ZERO, Duration.ofDays(1), Duration.ofSeconds(5), Duration.ofHours(1));

    /**
     * @throws IllegalArgumentException if a value is out of range, or the minimum TTL exceeds the maximum
     */
    public CacheSettings {
        if (maxBytes < MIN_BYTES) {
            throw new IllegalArgumentException("a DNS cache takes at least " + MIN_BYTES + " bytes, not " + maxBytes);
        }
        requireRange("minimum TTL", minTtl, MAX_MIN_TTL);
        requireRange("maximum TTL", maxTtl, MAX_MAX_TTL);
        requireRange("TTL of failures", failureTtl, MAX_FAILURE_TTL);
        requireRange("time for stale answers", serveStale, MAX_SERVE_STALE);
        if (maxTtl.isZero()) {
            throw new IllegalArgumentException("the maximum TTL of the DNS cache must be above zero");
        }
        if (minTtl.compareTo(maxTtl) > 0) {
            throw new IllegalArgumentException(
                    "the minimum TTL of the DNS cache, " + minTtl + ", is above the maximum, " + maxTtl);
        }
    }

    /** These settings with at most so much memory, but the least that a cache takes. */
    public CacheSettings within(long bytes) {
        return new CacheSettings(
                Math.max(MIN_BYTES, Math.min(maxBytes, bytes)), minTtl, maxTtl, failureTtl, serveStale);
    }

    private static void requireRange(String what, Duration value, Duration max) {
        if (value.isNegative() || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    "the " + what + " of the DNS cache must be between zero and " + max + ": " + value);
        }
    }
}
