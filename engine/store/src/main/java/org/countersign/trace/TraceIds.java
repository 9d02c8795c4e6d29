package org.countersign.trace;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * Numbers messages so that the order of the numbers is that of time: 41 bits of milliseconds since 2020, 16 bits that
 * distinguish the writers of one database, and a counter of 6 bits. For one thread.
 */
final class TraceIds {
    private static final Instant EPOCH = Instant.parse("2020-01-01T00:00:00Z");
    private static final int COUNTER_BITS = 6;
    private static final int WRITER_BITS = 16;
    private static final int TIME_SHIFT = COUNTER_BITS + WRITER_BITS;
    private static final long MAX_MILLIS = (1L << (63 - TIME_SHIFT)) - 1;
    private static final long MAX_STEP_BACK = Duration.ofSeconds(10).toMillis();

    private final RandomGenerator random;
    private long writer;
    private long lastMillis;
    private long counter;

    TraceIds(RandomGenerator random) {
        this.random = random;
        this.writer = randomWriter();
    }

    private long randomWriter() {
        return random.nextInt(1 << WRITER_BITS);
    }

    /** The number of a message that was decided on at this time. */
    long next(Instant time) {
        long millis = millis(time);
        if (millis < lastMillis - MAX_STEP_BACK) {
            // The clock was set back, and the same milliseconds come again.
            writer = randomWriter();
            lastMillis = millis;
            counter = 0;
        } else if (millis > lastMillis) {
            lastMillis = millis;
            counter = 0;
        } else if (++counter == 1L << COUNTER_BITS) {
            lastMillis++;
            counter = 0;
        }
        return lastMillis << TIME_SHIFT | writer << COUNTER_BITS | counter;
    }

    /** The smallest number of a message at this time or later. */
    static long first(Instant time) {
        return millis(time) << TIME_SHIFT;
    }

    /** The time of the message with this number. */
    static Instant time(long id) {
        return EPOCH.plusMillis(id >> TIME_SHIFT);
    }

    private static long millis(Instant time) {
        return Math.clamp(Duration.between(EPOCH, time).toMillis(), 0, MAX_MILLIS);
    }
}
