package org.countersign.dns.replay;

import java.util.List;
import java.util.Optional;
import org.countersign.dns.DnsAnswer;

/** Why there was no usable answer, with the word for it in a snapshot. */
public enum SnapshotFailure {
    /** No server answered in time. */
    TIMEOUT("timeout", DnsAnswer.Failure.TIMEOUT),
    /** SERVFAIL. */
    SERVFAIL("servfail", DnsAnswer.Failure.SERVER_FAILURE),
    /** REFUSED and codes like it. */
    REFUSED("refused", DnsAnswer.Failure.REFUSED),
    /** No server could be reached. */
    UNREACHABLE("unreachable", DnsAnswer.Failure.NETWORK),
    /** The program had too much to do. */
    OVERLOADED("overloaded", DnsAnswer.Failure.OVERLOADED),
    /** The deadline of the message passed. */
    DEADLINE("deadline", DnsAnswer.Failure.DEADLINE),
    /** The message had made all its queries. */
    BUDGET("budget", DnsAnswer.Failure.BUDGET_SPENT),
    /** The answer could not be used, such as a loop of aliases. */
    BAD_ANSWER("bad", DnsAnswer.Failure.SERVER_FAILURE);

    private static final List<SnapshotFailure> ALL = List.of(values());

    private final String word;
    private final DnsAnswer.Failure failure;

    SnapshotFailure(String word, DnsAnswer.Failure failure) {
        this.word = word;
        this.failure = failure;
    }

    /** The word in a snapshot, after {@code ;!}. */
    public String word() {
        return word;
    }

    /** The failure of the engine; the nearest one for an answer that cannot be used. */
    DnsAnswer.Failure failure() {
        return failure;
    }

    static SnapshotFailure of(DnsAnswer.Failure failure) {
        return switch (failure) {
            case TIMEOUT -> TIMEOUT;
            case SERVER_FAILURE -> SERVFAIL;
            case REFUSED -> REFUSED;
            case NETWORK -> UNREACHABLE;
            case OVERLOADED -> OVERLOADED;
            case DEADLINE -> DEADLINE;
            case BUDGET_SPENT -> BUDGET;
        };
    }

    static Optional<SnapshotFailure> ofWord(String word) {
        return ALL.stream().filter(each -> each.word.equals(word)).findFirst();
    }
}
