package org.countersign.milter.server;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The end of the connections of a server that accepts no more. Messages in flight are finished.
 *
 * <p>A connection between messages belongs to an SMTP session that may continue. Closing it makes the mail server defer
 * the rest of this session, so it is served as before. But meanwhile new connections wait for the next process. So all
 * are closed as soon as none has a message, and no mail server has sent anything for some seconds. The machine may have
 * stood still in these seconds, for example for a snapshot, and nobody could send. So the last second is watched.
 */
final class Drain {
    private static final System.Logger LOG = System.getLogger(Drain.class.getName());
    // A sending Postfix keeps an SMTP session for 2 seconds for the next message (smtp_connection_cache_time_limit).
    private static final Duration SILENCE = Duration.ofSeconds(3);
    private static final Duration INTERVAL = Duration.ofMillis(20);
    // An interval that takes longer shows that the machine stood still.
    private static final Duration STANDSTILL = Duration.ofSeconds(1);
    // Enough for all who could not send while the machine stood still.
    private static final Duration WATCH = Duration.ofSeconds(1);

    private final Collection<MilterConnection> connections;
    private final Duration timeout;
    private final LongSupplier nanoTime;
    private final long start;

    /**
     * @param connections a live view of the open connections, to which none is added
     * @param timeout for the whole drain. In its last fifth, no message begins
     * @param nanoTime the clock of the timeout, in nanoseconds
     */
    Drain(Collection<MilterConnection> connections, Duration timeout, LongSupplier nanoTime) {
        this.connections = connections;
        this.timeout = timeout;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    /** Waits until there is no connection. The timeout is logged if it leaves messages unfinished. */
    void await() throws InterruptedException {
        Duration last = timeout.dividedBy(5);
        Duration before = remaining();
        Duration closeBelow = before.minus(WATCH);
        while (!connections.isEmpty() && remaining().compareTo(last) > 0) {
            Duration now = remaining();
            if (before.minus(now).compareTo(STANDSTILL) > 0) {
                closeBelow = now.minus(WATCH);
            }
            before = now;
            if (now.compareTo(closeBelow) <= 0
                    && connections.stream().allMatch(connection -> connection.isSilentFor(SILENCE))) {
                connections.forEach(MilterConnection::closeIfFree);
            }
            pause();
        }
        connections.forEach(MilterConnection::drain);
        while (!connections.isEmpty() && remaining().isPositive()) {
            pause();
        }
        warnAboutMessages();
    }

    private Duration remaining() {
        return timeout.minusNanos(nanoTime.getAsLong() - start);
    }

    private static void pause() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(INTERVAL.toNanos());
    }

    private void warnAboutMessages() {
        long messages =
                connections.stream().filter(MilterConnection::isInMessage).count();
        if (messages > 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "drain-timeout",
                    Map.entry("messages", messages),
                    Map.entry(
                            "problem",
                            "these messages were not finished in time, and the mail server defers them: a longer"
                                    + " drain-timeout gives them more time"));
        }
    }
}
