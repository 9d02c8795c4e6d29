package org.countersign.dns.wire;

import org.countersign.dns.DnsAnswer;
import org.xbill.DNS.Message;

/** The result of a query to one server, or to all of them. */
sealed interface Reply {
    /** A message that answers the query: with records, without records, or with NXDOMAIN. */
    record Answered(Message message) implements Reply {}

    /**
     * No answer, or a refusal.
     *
     * @param detail more about the failure, for people; may be empty
     */
    record Failed(DnsAnswer.Failure failure, String detail) implements Reply {
        Failed(DnsAnswer.Failure failure) {
            this(failure, "");
        }
    }

    /** Only data that is no answer to the query. */
    record Malformed(String problem) implements Reply {}

    /** Whether a retry at the same server may succeed. */
    default boolean isRetryable() {
        return switch (this) {
            case Answered answered -> false;
            case Malformed malformed -> true;
            case Failed failed ->
                switch (failed.failure()) {
                    case SERVER_FAILURE, REFUSED, OVERLOADED -> false;
                    case TIMEOUT, NETWORK, DEADLINE, BUDGET_SPENT -> true;
                };
        };
    }

    /**
     * The order of failures by what they say about the name, for a query that several servers failed to answer. SERVFAIL
     * says most. A malformed reply counts only if there is nothing else. An attempt that was dropped as overloaded counts
     * more than a timeout of another server, because the overloaded server might have answered.
     */
    default int significance() {
        return switch (this) {
            case Answered answered -> 6;
            case Malformed malformed -> 0;
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
