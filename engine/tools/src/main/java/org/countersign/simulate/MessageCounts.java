package org.countersign.simulate;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** How many messages an archive has, and what was done with them. */
public final class MessageCounts {
    private final Map<Doubt, Long> doubts = new EnumMap<>(Doubt.class);
    private final Map<Kind, Long> kinds = new EnumMap<>(Kind.class);

    /** What was done with a message. */
    public enum Kind {
        /** Judged by the results that this site recorded. */
        RECORDED,
        /** Judged by an evaluation with the DNS of now. */
        AGAIN,
        /** Mail of local users, by a login or by their network: not judged. */
        OUTBOUND,
        /** Mail between hosts of this site: not judged. */
        INTERNAL,
        /** Drafts, and copies of sent mail: not judged. */
        OWN_COPY,
        /** Arrived before the time of interest: not judged. */
        TOO_OLD,
        /** Not in the sample: not judged. */
        NOT_SAMPLED
    }

    void add(Kind kind) {
        kinds.merge(kind, 1L, Long::sum);
    }

    void add(Doubt doubt) {
        doubts.merge(doubt, 1L, Long::sum);
    }

    /** The messages of a kind. */
    public long of(Kind kind) {
        return kinds.getOrDefault(kind, 0L);
    }

    /** All messages of the archive. */
    public long all() {
        return kinds.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The messages that were judged. */
    public long judged() {
        return of(Kind.RECORDED) + of(Kind.AGAIN);
    }

    /** How many judged messages lack each fact, whether their verdict depends on it or not. */
    public Map<Doubt, Long> doubts() {
        return Collections.unmodifiableMap(doubts);
    }
}
