package org.countersign.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.countersign.rotation.KeyRotation.Result;
import org.countersign.rotation.KeyState;

/** Asks the servers again until no key waits for them, or a time is over. */
final class KeyPolling {
    private static final Duration MAX_PAUSE = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final Pause pause;

    /** Stops this thread for a time. */
    interface Pause {
        void sleep(Duration time) throws InterruptedException;
    }

    /** Asks the servers once. */
    interface Query {
        Result ask() throws CommandFailure;
    }

    KeyPolling(InstantSource clock, Pause pause) {
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * The last result of the query, which is asked once at least.
     *
     * @param limit how long to ask again; an interruption of this thread ends it too
     */
    Result poll(Query query, Duration limit) throws CommandFailure {
        Instant end = clock.instant().plus(limit);
        Result result = query.ask();
        try {
            for (Duration left = left(end); waits(result) && left.isPositive(); left = left(end)) {
                pause.sleep(left.compareTo(MAX_PAUSE) < 0 ? left : MAX_PAUSE);
                result = query.ask();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return result;
    }

    private Duration left(Instant end) {
        return Duration.between(clock.instant(), end);
    }

    private static boolean waits(Result result) {
        return result.keys().stream()
                .anyMatch(each ->
                        each.key().state() == KeyState.GENERATED || each.key().state() == KeyState.PUBLISHED);
    }
}
