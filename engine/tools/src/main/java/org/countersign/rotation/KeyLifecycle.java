package org.countersign.rotation;

import java.time.Duration;
import java.util.Optional;

/** The changes of the state of a key that follow from what the authoritative servers say. */
final class KeyLifecycle {
    /** Between the answer of a server and its arrival in a cache. */
    static final Duration MARGIN = Duration.ofMinutes(5);

    /** RFC 2308 §5 calls longer negative answers problematic: the wait where no server has told its own time. */
    static final Duration UNKNOWN_TTL = Duration.ofDays(1);

    /** RFC 5321 §4.5.4.1: queues keep mail four to five days, and some for a week. */
    static final Duration IN_TRANSIT = Duration.ofDays(7);

    private KeyLifecycle() {}

    /** How long the record of a key is needed that signs no more from now on. */
    static KeyWait retention(ClockReading now) {
        return KeyWait.notBegun(IN_TRANSIT.plus(MARGIN)).begun(now);
    }

    /**
     * The key after its servers were asked.
     *
     * @param now read after the last answer
     */
    static RotatedKey observed(RotatedKey key, Sighting seen, ClockReading now) {
        return switch (key.state()) {
            case GENERATED -> generated(key, seen, now);
            case PUBLISHED, READY -> published(key, seen, now);
            case ACTIVE -> needed(key, seen, now);
            case RETIRED -> retired(key, seen, now);
            case REMOVABLE, REVOKED ->
                seen.isAbsentEverywhere() ? key.in(KeyState.GONE, now, "no server has its record", KeyWait.NONE) : key;
            case GONE -> key;
        };
    }

    private static RotatedKey generated(RotatedKey key, Sighting seen, ClockReading now) {
        KeyWait wait = key.pending();
        if (seen.isWrongSomewhere()) {
            wait = wait.atLeast(seen.longestOtherTtl().plus(MARGIN));
        }
        if (!seen.isRightEverywhere()) {
            return key.with(wait);
        }
        return key.in(KeyState.PUBLISHED, now, "seen at all " + seen.servers().size() + " addresses", wait.begun(now));
    }

    private static RotatedKey published(RotatedKey key, Sighting seen, ClockReading now) {
        if (seen.isWrongSomewhere()) {
            return key.in(
                    KeyState.GENERATED,
                    now,
                    "not published everywhere any more: " + seen.firstWrong(),
                    KeyWait.notBegun(key.pending().needed())
                            .atLeast(seen.longestOtherTtl().plus(MARGIN)));
        }
        KeyWait wait = key.pending().counted(now);
        return key.state() == KeyState.PUBLISHED && wait.isOver() && seen.isRightEverywhere()
                ? key.in(KeyState.READY, now, "no cache can still have another answer", wait)
                : key.with(wait);
    }

    /** A key whose record must be there. */
    private static RotatedKey needed(RotatedKey key, Sighting seen, ClockReading now) {
        if (seen.isWrongSomewhere()) {
            return key.brokenSince().isPresent() ? key : key.broken(Optional.of(now.time()));
        }
        return seen.isRightEverywhere() ? key.broken(Optional.empty()) : key;
    }

    private static RotatedKey retired(RotatedKey key, Sighting seen, ClockReading now) {
        KeyWait wait = key.pending().atLeast(IN_TRANSIT.plus(seen.recordTtl()).plus(MARGIN));
        wait = wait.last().isPresent() ? wait.counted(now) : wait.begun(now);
        RotatedKey counted = needed(key.with(wait), seen, now);
        return wait.isOver() ? counted.in(KeyState.REMOVABLE, now, "its mail has arrived or come back", wait) : counted;
    }
}
