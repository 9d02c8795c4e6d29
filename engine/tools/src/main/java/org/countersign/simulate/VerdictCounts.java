package org.countersign.simulate;

import java.util.EnumMap;
import java.util.Map;
import org.countersign.policy.Action;

/** How many messages have each verdict of one policy. */
public final class VerdictCounts {
    private final Map<Action, Long> verdicts = new EnumMap<>(Action.class);
    private long uncertain;

    void add(Judgement judgement) {
        if (judgement.isCertain()) {
            verdicts.merge(judgement.action(), 1L, Long::sum);
        } else {
            uncertain++;
        }
    }

    /** The messages with a verdict that is certain. */
    public long of(Action action) {
        return verdicts.getOrDefault(action, 0L);
    }

    /** The messages whose verdict depends on facts that are not known. */
    public long uncertain() {
        return uncertain;
    }

    /** All messages. */
    public long all() {
        return uncertain + verdicts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The messages that are quarantined, deferred, rejected or discarded. */
    public long objected() {
        long objected = 0;
        for (Action action : Action.values()) {
            objected += isObjection(action) ? of(action) : 0;
        }
        return objected;
    }

    /** Whether a verdict keeps a message from the recipient's inbox. */
    static boolean isObjection(Action action) {
        return switch (action) {
            case ACCEPT, TAG -> false;
            case QUARANTINE, DISCARD, REJECT, TEMPFAIL -> true;
        };
    }
}
