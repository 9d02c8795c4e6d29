package org.countersign.dns.wire;

import org.countersign.dns.DnsAnswer;
import org.xbill.DNS.Message;

/** What asking a server, or all of them, led to. */
sealed interface Reply {
    /** A message that answers the question: records, none, or that there is no such name. */
    record Answered(Message message) implements Reply {}

    /**
     * The server would not or could not answer.
     *
     * @param detail more about the failure, for people; may be empty
     */
    record Failed(DnsAnswer.Failure failure, String detail) implements Reply {
        Failed(DnsAnswer.Failure failure) {
            this(failure, "");
        }
    }

    /** Something came that is no answer to what was asked. */
    record Garbled(String problem) implements Reply {}

    /** Whether another try at the same server might end better. */
    default boolean isWorthAnotherTry() {
        return switch (this) {
            case Answered answered -> false;
            case Garbled garbled -> true;
            case Failed failed ->
                switch (failed.failure()) {
                    case SERVER_FAILURE, REFUSED, OVERLOADED -> false;
                    case TIMEOUT, NETWORK, DEADLINE, BUDGET_SPENT -> true;
                };
        };
    }

    /**
     * How much this says about the question when several servers failed to answer it. A server that says
     * it could not resolve the name knows most; garbage counts only where nothing else came. A try that was
     * given up for want of room leaves the question open, whatever the silence of others seems to say.
     */
    default int weight() {
        return switch (this) {
            case Answered answered -> 6;
            case Garbled garbled -> 0;
            case Failed failed ->
                switch (failed.failure()) {
                    case SERVER_FAILURE -> 5;
                    case REFUSED -> 4;
                    case OVERLOADED -> 3;
                    case TIMEOUT -> 2;
                    case NETWORK, DEADLINE, BUDGET_SPENT -> 1;
                };
        };
    }
}
