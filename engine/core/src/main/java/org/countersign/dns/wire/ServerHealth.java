package org.countersign.dns.wire;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Exponential backoff for one server. After a timeout the server is tried last. When the backoff ends, one probe query
 * decides whether it is used again; all other queries try it last until then. A server in backoff is never left out.
 * Thread-safe.
 */
final class ServerHealth {
    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
    private static final int MAX_DOUBLINGS = 6;
    private static final Outage NONE = new Outage(0, Instant.MIN);

    /** @param timeouts how many times in a row the server has not answered, all queries in flight counted as one */
    private record Outage(int timeouts, Instant backoffUntil) {
        /** The outage with one more timeout, and twice the backoff. */
        Outage prolonged(Instant now) {
            Duration backoff = FIRST_BACKOFF.multipliedBy(1L << Math.min(timeouts, MAX_DOUBLINGS));
            return new Outage(timeouts + 1, now.plus(backoff));
        }
    }

    private final AtomicLong answers = new AtomicLong();
    private final AtomicReference<Outage> outage = new AtomicReference<>(NONE);

    /** Whether the server is tried before those in backoff. True for one probe query when the backoff has ended. */
    boolean isAvailable(Instant now) {
        Outage seen = outage.get();
        if (seen.timeouts() == 0) {
            return true;
        }
        return !now.isBefore(seen.backoffUntil()) && outage.compareAndSet(seen, seen.prolonged(now));
    }

    /** Whether the server is tried last at the moment. */
    boolean isInBackoff(Instant now) {
        Outage seen = outage.get();
        return seen.timeouts() > 0 && now.isBefore(seen.backoffUntil());
    }

    /** The number of answers so far, for {@link #timedOut}. */
    long answers() {
        return answers.get();
    }

    void answered() {
        answers.incrementAndGet();
        if (outage.get().timeouts() > 0) {
            outage.set(NONE);
        }
    }

    /**
     * A query was not answered. If the server has answered other queries meanwhile, the name is the cause and not the
     * server. All queries in flight at the beginning of an outage count as one timeout.
     *
     * @param answersBefore the number of answers when the query was sent
     */
    void timedOut(Instant now, long answersBefore) {
        if (answers.get() != answersBefore) {
            return;
        }
        Outage seen = outage.get();
        if (!now.isBefore(seen.backoffUntil())) {
            outage.compareAndSet(seen, seen.prolonged(now));
        }
    }
}
