package org.countersign.spf;

import org.countersign.dns.DnsAnswer;
import org.countersign.syntax.Keyword;

/** Why a check came to no policy: the reason of none, temperror or permerror. */
public enum SpfProblem {
    /** The mail server does not know the client's address (RFC 7208 §4.1). */
    NO_CLIENT_ADDRESS(Kind.NONE, "the address of the client is not known"),
    /** The identity is no domain that could have a record (RFC 7208 §4.3). */
    INVALID_DOMAIN(Kind.NONE, "the identity is not a mail domain"),
    /** The DNS has no such name (RFC 7208 §4.3). */
    NO_SUCH_DOMAIN(Kind.NONE, "the domain does not exist"),
    /** No TXT record of the domain is an SPF record (RFC 7208 §4.5). */
    NO_RECORD(Kind.NONE, "the domain publishes no SPF record"),

    /** No DNS server answered in time (RFC 7208 §§4.4, 5). */
    DNS_TIMEOUT(Kind.TEMPERROR, "the DNS did not answer in time"),
    /** A DNS server failed, as it also does where DNSSEC validation fails (RFC 7208 §§4.4, 5). */
    DNS_SERVER_FAILURE(Kind.TEMPERROR, "the DNS server failed"),
    /** A DNS server would not answer (RFC 7208 §§4.4, 5). */
    DNS_REFUSED(Kind.TEMPERROR, "the DNS server refused to answer"),
    /** No DNS server could be reached. */
    DNS_UNREACHABLE(Kind.TEMPERROR, "no DNS server could be reached"),
    /** More questions to the DNS were open than there is room for. */
    DNS_OVERLOADED(Kind.TEMPERROR, "there was no room for a DNS query"),
    /** The DNS gave an answer that cannot be used. */
    DNS_BAD_ANSWER(Kind.TEMPERROR, "the DNS gave an unusable answer"),
    /** The time that the message has was over (RFC 7208 §4.6.4). */
    DEADLINE(Kind.TEMPERROR, "the time for this message was over"),
    /** The message had asked all the DNS questions that it may. */
    QUERY_BUDGET_SPENT(Kind.TEMPERROR, "the DNS questions for this message were used up"),

    /** More than one SPF record at one domain (RFC 7208 §4.5). */
    MULTIPLE_RECORDS(Kind.PERMERROR, "a domain publishes more than one SPF record"),
    /** A record that the grammar does not allow (RFC 7208 §4.6). */
    SYNTAX(Kind.PERMERROR, "an SPF record has a syntax error"),
    /** More terms that ask the DNS than allowed (RFC 7208 §4.6.4). */
    TOO_MANY_DNS_TERMS(Kind.PERMERROR, "the records have too many terms that need the DNS"),
    /** More terms whose questions nothing answers than allowed (RFC 7208 §4.6.4). */
    TOO_MANY_VOID_LOOKUPS(Kind.PERMERROR, "the records have too many terms that the DNS has nothing for"),
    /** An mx mechanism of more hosts than allowed (RFC 7208 §4.6.4). */
    TOO_MANY_MX_NAMES(Kind.PERMERROR, "an mx mechanism stands for too many hosts"),
    /** An include of a domain that has no record (RFC 7208 §5.2). */
    INCLUDE_OF_NOTHING(Kind.PERMERROR, "an include names a domain without an SPF record"),
    /** A redirect to a domain that has no record (RFC 7208 §6.1). */
    REDIRECT_TO_NOTHING(Kind.PERMERROR, "a redirect names a domain without an SPF record"),
    /** An include or redirect whose macros came out as no domain name (RFC 7208 §§5.2, 6.1). */
    INVALID_TARGET(Kind.PERMERROR, "an include or redirect leads to no domain name");

    /** Which result the problem leads to. */
    enum Kind {
        NONE,
        TEMPERROR,
        PERMERROR
    }

    private final Kind kind;
    private final String phrase;

    SpfProblem(Kind kind, String phrase) {
        this.kind = kind;
        this.phrase = phrase;
    }

    Kind kind() {
        return kind;
    }

    /** The one word for logs, output and Received-SPF: {@code too-many-dns-terms}. */
    public String keyword() {
        return Keyword.of(this);
    }

    /** A clause for people. */
    public String phrase() {
        return phrase;
    }

    /** The problem that an answer is which gives nothing to go on ({@link DnsAnswer#isError()}). */
    static SpfProblem ofError(DnsAnswer<?> answer) {
        if (!(answer instanceof DnsAnswer.Unavailable<?> unavailable)) {
            return DNS_BAD_ANSWER;
        }
        return switch (unavailable.failure()) {
            case TIMEOUT -> DNS_TIMEOUT;
            case SERVER_FAILURE -> DNS_SERVER_FAILURE;
            case REFUSED -> DNS_REFUSED;
            case NETWORK -> DNS_UNREACHABLE;
            case OVERLOADED -> DNS_OVERLOADED;
            case DEADLINE -> DEADLINE;
            case BUDGET_SPENT -> QUERY_BUDGET_SPENT;
        };
    }

    /** Whether it is a bound of our own, and no fault of the DNS, that left a question open. */
    static boolean isOwnLimit(DnsAnswer<?> answer) {
        return answer.isLocalFailure();
    }
}
