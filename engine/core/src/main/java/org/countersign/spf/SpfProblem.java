package org.countersign.spf;

import org.countersign.dns.DnsAnswer;
import org.countersign.syntax.Keyword;

/** The reason for none, temperror or permerror. */
public enum SpfProblem {
    /** The mail server does not know the client's address (RFC 7208 §4.1). */
    NO_CLIENT_ADDRESS(SpfResult.Kind.NONE, "the address of the client is not known"),
    /** The identity is not a domain that could have a record (RFC 7208 §4.3). */
    INVALID_DOMAIN(SpfResult.Kind.NONE, "the identity is not a mail domain"),
    /** The DNS has no such name (RFC 7208 §4.3). */
    NO_SUCH_DOMAIN(SpfResult.Kind.NONE, "the domain does not exist"),
    /** No TXT record of the domain is an SPF record (RFC 7208 §4.5). */
    NO_RECORD(SpfResult.Kind.NONE, "the domain publishes no SPF record"),

    /** No DNS server answered in time (RFC 7208 §§4.4, 5). */
    DNS_TIMEOUT(SpfResult.Kind.TEMPERROR, "the DNS did not answer in time"),
    /** A DNS server failed. It also does so if DNSSEC validation fails (RFC 7208 §§4.4, 5). */
    DNS_SERVER_FAILURE(SpfResult.Kind.TEMPERROR, "the DNS server failed"),
    /** A DNS server refused to answer (RFC 7208 §§4.4, 5). */
    DNS_REFUSED(SpfResult.Kind.TEMPERROR, "the DNS server refused to answer"),
    /** No DNS server could be reached. */
    DNS_UNREACHABLE(SpfResult.Kind.TEMPERROR, "no DNS server could be reached"),
    /** The DNS client had too many queries in flight. */
    DNS_OVERLOADED(SpfResult.Kind.TEMPERROR, "there was no room for a DNS query"),
    /** The DNS gave an unusable answer. */
    DNS_BAD_ANSWER(SpfResult.Kind.TEMPERROR, "the DNS gave an unusable answer"),
    /** The time for this message was over (RFC 7208 §4.6.4). */
    DEADLINE(SpfResult.Kind.TEMPERROR, "the time for this message was over"),
    /** The message had used all the DNS queries that it may make. */
    QUERY_BUDGET_SPENT(SpfResult.Kind.TEMPERROR, "the DNS queries for this message were used up"),

    /** More than one SPF record at one domain (RFC 7208 §4.5). */
    MULTIPLE_RECORDS(SpfResult.Kind.PERMERROR, "a domain publishes more than one SPF record"),
    /** A record with a syntax error (RFC 7208 §4.6). */
    SYNTAX(SpfResult.Kind.PERMERROR, "an SPF record has a syntax error"),
    /** More terms that cause DNS lookups than allowed (RFC 7208 §4.6.4). */
    TOO_MANY_DNS_TERMS(SpfResult.Kind.PERMERROR, "the records have too many terms that need the DNS"),
    /** More void lookups than allowed (RFC 7208 §4.6.4). */
    TOO_MANY_VOID_LOOKUPS(SpfResult.Kind.PERMERROR, "the records have too many terms that the DNS has nothing for"),
    /** An mx mechanism with more hosts than allowed (RFC 7208 §4.6.4). */
    TOO_MANY_MX_NAMES(SpfResult.Kind.PERMERROR, "an mx mechanism stands for too many hosts"),
    /** An include of a domain that has no record (RFC 7208 §5.2). */
    INCLUDE_OF_NOTHING(SpfResult.Kind.PERMERROR, "an include names a domain without an SPF record"),
    /** A redirect to a domain that has no record (RFC 7208 §6.1). */
    REDIRECT_TO_NOTHING(SpfResult.Kind.PERMERROR, "a redirect names a domain without an SPF record"),
    /** An include or redirect whose macros do not expand to a domain name (RFC 7208 §§5.2, 6.1). */
    INVALID_TARGET(SpfResult.Kind.PERMERROR, "an include or redirect leads to no domain name");

    private final SpfResult.Kind result;
    private final String phrase;

    SpfProblem(SpfResult.Kind result, String phrase) {
        this.result = result;
        this.phrase = phrase;
    }

    /** None, temperror or permerror. */
    SpfResult.Kind result() {
        return result;
    }

    /** The keyword for logs, output and Received-SPF: {@code too-many-dns-terms}. */
    public String keyword() {
        return Keyword.of(this);
    }

    /** A clause for readers of logs and of header fields. */
    public String phrase() {
        return phrase;
    }

    /** The problem of an answer that is an error ({@link DnsAnswer#isError()}). */
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
}
