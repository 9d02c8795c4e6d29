package org.countersign.dns.wire;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What is remembered of a server's silence. One that does not answer is left to rest, longer each time,
 * and when the rest is over a single query finds out how it is: the others go past it meanwhile. Resting
 * means to be asked last, never not to be asked. Safe for several threads.
 */
final class ServerHealth {
    private static final Duration FIRST_REST = Duration.ofSeconds(1);
    private static final int MAX_DOUBLINGS = 6;
    private static final Silence NONE = new Silence(0, Instant.MIN);

    private record Silence(int rests, Instant restingUntil) {
        Silence again(Instant now) {
            Duration rest = FIRST_REST.multipliedBy(1L << Math.min(rests, MAX_DOUBLINGS));
            return new Silence(rests + 1, now.plus(rest));
        }
    }

    private final AtomicLong answers = new AtomicLong();
    private final AtomicReference<Silence> silence = new AtomicReference<>(NONE);

    /** Whether the server may be asked before the resting ones; takes the one try after a rest. */
    boolean isFit(Instant now) {
        Silence seen = silence.get();
        if (seen.rests() == 0) {
            return true;
        }
        return !now.isBefore(seen.restingUntil()) && silence.compareAndSet(seen, seen.again(now));
    }

    /** Whether it is asked last at the moment. */
    boolean isResting(Instant now) {
        Silence seen = silence.get();
        return seen.rests() > 0 && now.isBefore(seen.restingUntil());
    }

    /** How many answers it has given, to be compared with later. */
    long answers() {
        return answers.get();
    }

    void answered() {
        answers.incrementAndGet();
        if (silence.get().rests() > 0) {
            silence.set(NONE);
        }
    }

    /**
     * A query brought nothing. Where the server has answered others meanwhile, it is the name that is silent
     * and not the server. The queries that were under way when the server fell silent count as one.
     *
     * @param answersBefore the number of its answers when the query was sent
     */
    void silent(Instant now, long answersBefore) {
        if (answers.get() != answersBefore) {
            return;
        }
        Silence seen = silence.get();
        if (!now.isBefore(seen.restingUntil())) {
            silence.compareAndSet(seen, seen.again(now));
        }
    }
}
