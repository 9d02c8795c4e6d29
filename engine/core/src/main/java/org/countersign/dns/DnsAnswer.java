package org.countersign.dns;

import java.util.List;
import org.countersign.domain.DomainName;

/**
 * What the DNS said to one question.
 *
 * @param <R> the kind of record asked for
 */
public sealed interface DnsAnswer<R extends DnsRecord> {
    /** How long the answer holds, how it was reached and whether it was validated. */
    AnswerMetadata facts();

    /**
     * Records exist.
     *
     * @param records in the order received; empty only where each one published is of a form that means
     *     nothing here, such as the null MX of RFC 7505
     */
    record Found<R extends DnsRecord>(List<R> records, AnswerMetadata facts) implements DnsAnswer<R> {
        public Found {
            records = List.copyOf(records);
        }
    }

    /** The name exists, but has no record of this kind (NOERROR with an empty answer). A void lookup. */
    record NoData<R extends DnsRecord>(AnswerMetadata facts) implements DnsAnswer<R> {}

    /** The name, or the name that an alias leads to, does not exist (NXDOMAIN). A void lookup. */
    record NoSuchName<R extends DnsRecord>(AnswerMetadata facts) implements DnsAnswer<R> {}

    /**
     * An answer came that cannot be used and will not get better by asking again at once: an alias loop,
     * a message that is no DNS message.
     *
     * @param problem one line for people
     */
    record BadAnswer<R extends DnsRecord>(String problem, AnswerMetadata facts) implements DnsAnswer<R> {}

    /**
     * No answer could be had.
     *
     * @param detail more about the failure, for people: a response code by its name, the server that could not be
     *     reached; empty where nothing more is known
     */
    record Unavailable<R extends DnsRecord>(Failure failure, String detail, AnswerMetadata facts)
            implements DnsAnswer<R> {
        public Unavailable(Failure failure, AnswerMetadata facts) {
            this(failure, "", facts);
        }
    }

    /** Why no answer could be had. */
    enum Failure {
        /** No server answered in time. */
        TIMEOUT,
        /** The server could not resolve the name (SERVFAIL), as it does for a failed DNSSEC validation. */
        SERVER_FAILURE,
        /** The server would not answer (REFUSED, NOTIMP, FORMERR, NOTAUTH). */
        REFUSED,
        /** The servers could not be reached. */
        NETWORK,
        /** More questions were open than there is room for here, and this one had to give way. */
        OVERLOADED,
        /** The message's own deadline came first. */
        DEADLINE,
        /** The message had asked all the questions that it may. */
        BUDGET_SPENT;

        /**
         * Whether a limit of this program (room, descriptors, time, budget) left the question open. Such a failure says
         * nothing about the DNS of the domain that was asked for.
         */
        public boolean isOurs() {
            return switch (this) {
                case OVERLOADED, DEADLINE, BUDGET_SPENT -> true;
                case TIMEOUT, SERVER_FAILURE, REFUSED, NETWORK -> false;
            };
        }
    }

    /** Whether this is a void lookup in the sense of RFC 7208 §4.6.4: no record, for either reason. */
    default boolean isVoid() {
        return this instanceof NoData || this instanceof NoSuchName;
    }

    /** Whether the DNS gave no usable answer, so that nothing may be concluded from it. */
    default boolean isTrouble() {
        return this instanceof BadAnswer || this instanceof Unavailable;
    }

    /** Whether this program left the question open, and not the DNS ({@link Failure#isOurs()}). */
    default boolean isOurFailure() {
        return this instanceof Unavailable<R> none && none.failure().isOurs();
    }

    /** About how much memory its records and aliases take, in octets. */
    default int weight() {
        int weight = 0;
        for (DomainName alias : facts().aliases()) {
            weight += DnsRecord.weight(alias);
        }
        if (this instanceof Found<R> found) {
            for (R data : found.records()) {
                weight += data.weight();
            }
        }
        return weight;
    }

    /** More about a failure than its kind, for people; empty where nothing more is known. */
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
                        none.detail().isEmpty() ? "too many open questions" : "no room for the query or its answer";
                    case DEADLINE -> "the message's deadline passed";
                    case BUDGET_SPENT -> "the message's query budget is spent";
                };
                yield none.detail().isEmpty() ? words : words + ": " + none.detail();
            }
        };
    }
}
