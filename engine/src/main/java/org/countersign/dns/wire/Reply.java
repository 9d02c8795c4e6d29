package org.countersign.dns.wire;

import org.countersign.dns.DnsAnswer;
import org.xbill.DNS.Message;

/** What asking a server, or all of them, led to. */
sealed interface Reply {
    /** A message that answers the question: records, none, or that there is no such name. */
    record Answered(Message message) implements Reply {}

    /** The server would not or could not answer. */
    record Failed(DnsAnswer.Failure failure) implements Reply {}

    /** Something came that is no answer to what was asked. */
    record Garbled(String problem) implements Reply {}

    /** Whether another try at the same server might end better. */
    default boolean isWorthAnotherTry() {
        return switch (this) {
            case Answered answered -> false;
            case Garbled garbled -> true;
            case Failed failed ->
                failed.failure() != DnsAnswer.Failure.SERVER_FAILURE && failed.failure() != DnsAnswer.Failure.REFUSED;
        };
    }

    /**
     * How much this says about the question when several servers failed to answer it. A server that says
     * it could not resolve the name knows most; garbage counts only where nothing else came.
     */
    default int weight() {
        return switch (this) {
            case Answered answered -> 5;
            case Garbled garbled -> 0;
            case Failed failed ->
                switch (failed.failure()) {
                    case SERVER_FAILURE -> 4;
                    case REFUSED -> 3;
                    case TIMEOUT -> 2;
                    case NETWORK, DEADLINE, BUDGET_SPENT -> 1;
                };
        };
    }
}
