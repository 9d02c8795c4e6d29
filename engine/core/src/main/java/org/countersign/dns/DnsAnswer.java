package org.countersign.dns;

import java.util.List;
import org.countersign.domain.DomainName;

/**
 * The result of one query.
 *
 * @param <R> the type of the records
 */
public sealed interface DnsAnswer<R extends DnsRecord> {
    /** The TTL of the answer, the aliases it was found through, and whether it was validated. */
    AnswerMetadata metadata();

    /**
     * Records exist.
     *
     * @param records in the order received; empty only if no published record can be represented, as the null MX of
     *     RFC 7505
     */
    record Found<R extends DnsRecord>(List<R> records, AnswerMetadata metadata) implements DnsAnswer<R> {
        public Found {
            records = List.copyOf(records);
        }
    }

    /** The name exists, but has no record of this type (NOERROR with an empty answer). A void lookup. */
    record NoData<R extends DnsRecord>(AnswerMetadata metadata) implements DnsAnswer<R> {}

    /** The name, or the target of its alias, does not exist (NXDOMAIN). A void lookup. */
    record NoSuchName<R extends DnsRecord>(AnswerMetadata metadata) implements DnsAnswer<R> {}

    /**
     * An answer that cannot be used, and that an immediate retry would not improve: an alias loop, or a message that
     * is not a DNS message.
     *
     * @param problem one line for people
     */
    record BadAnswer<R extends DnsRecord>(String problem, AnswerMetadata metadata) implements DnsAnswer<R> {}

    /**
     * No answer.
     *
     * @param detail more about the failure, for people: the name of a response code, or the server that could not be
     *     reached; may be empty
     */
    record Unavailable<R extends DnsRecord>(Failure failure, String detail, AnswerMetadata metadata)
            implements DnsAnswer<R> {
        public Unavailable(Failure failure, AnswerMetadata metadata) {
            this(failure, "", metadata);
        }
    }

    /** Why there is no answer. */
    enum Failure {
        /** No server answered in time. */
        TIMEOUT,
        /** The server could not resolve the name (SERVFAIL), as it does for a failed DNSSEC validation. */
        SERVER_FAILURE,
        /** The server refused to answer (REFUSED, NOTIMP, FORMERR, NOTAUTH). */
        REFUSED,
        /** The servers could not be reached. */
        NETWORK,
        /** Too many queries were in flight, and this one was dropped. */
        OVERLOADED,
        /** The deadline of the message passed before an answer arrived. */
        DEADLINE,
        /** The message had made all the queries that it may make. */
        BUDGET_SPENT;

        /**
         * Whether a limit of this program was the cause: memory, file descriptors, time or budget. Such a failure says nothing
         * about the DNS of the queried domain.
         */
        public boolean isLocal() {
            return switch (this) {
                case OVERLOADED, DEADLINE, BUDGET_SPENT -> true;
                case TIMEOUT, SERVER_FAILURE, REFUSED, NETWORK -> false;
            };
        }
    }

    /** Whether this is a void lookup (RFC 7208 §4.6.4): the name or the record does not exist. */
    default boolean isVoid() {
        return this instanceof NoData || this instanceof NoSuchName;
    }

    /** Whether there is no usable answer, so that the caller may conclude nothing about the records. */
    default boolean isError() {
        return this instanceof BadAnswer || this instanceof Unavailable;
    }

    /** Whether a limit of this program was the cause of a missing answer ({@link Failure#isLocal()}). */
    default boolean isLocalFailure() {
        return this instanceof Unavailable<R> none && none.failure().isLocal();
    }

    /** The estimated memory of the records and aliases, in octets. */
    default int weight() {
        int weight = 0;
        for (DomainName alias : metadata().aliases()) {
            weight += DnsRecord.weight(alias);
        }
        if (this instanceof Found<R> found) {
            for (R data : found.records()) {
                weight += data.weight();
            }
        }
        return weight;
    }

    /** The detail of an error, for people; may be empty. */
    default String failureDetail() {
        return switch (this) {
            case BadAnswer<R> bad -> bad.problem();
            case Unavailable<R> none -> none.detail();
            case Found<R> found -> "";
            case NoData<R> none -> "";
            case NoSuchName<R> none -> "";
        };
    }

    /** A few words for people: {@code 2 records}, {@code no such name}, {@code server failure: SERVFAIL}. */
    default String describe() {
        return switch (this) {
            case Found<R> found ->
                found.records().size() == 1 ? "1 record" : found.records().size() + " records";
            case NoData<R> none -> "no record of this type";
            case NoSuchName<R> none -> "no such name";
            case BadAnswer<R> bad -> "bad answer: " + bad.problem();
            case Unavailable<R> none -> {
                String words = switch (none.failure()) {
                    case TIMEOUT -> "timeout";
                    case SERVER_FAILURE -> "server failure";
                    case REFUSED -> "refused";
                    case NETWORK -> "servers not reachable";
                    case OVERLOADED ->
                        none.detail().isEmpty() ? "too many queries in flight" : "no room for the query or its answer";
                    case DEADLINE -> "the message's deadline passed";
                    case BUDGET_SPENT -> "the message's query budget is spent";
                };
                yield none.detail().isEmpty() ? words : words + ": " + none.detail();
            }
        };
    }
}
