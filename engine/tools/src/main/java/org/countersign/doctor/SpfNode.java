package org.countersign.doctor;

import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.spf.SpfRecord;

/**
 * The SPF record of one domain, with what each of its terms costs and leads to.
 *
 * @param text of the record, one character for each octet; empty if there is none
 * @param record empty unless the status is {@link Status#READ}
 * @param terms those that are evaluated for a client that matches nothing, in the order of evaluation
 * @param detail what is wrong, a clause; empty if nothing is
 */
public record SpfNode(
        DomainName domain, Status status, String text, Optional<SpfRecord> record, List<SpfTerm> terms, String detail) {
    public SpfNode {
        terms = List.copyOf(terms);
    }

    /** What is at the domain. */
    public enum Status {
        /** One record without a syntax error. */
        READ,
        /** No record, or no such name. */
        NONE,
        /** More than one record. */
        SEVERAL,
        /** A record with a syntax error. */
        MALFORMED,
        /** The record of a domain that leads here. */
        LOOP,
        /** No answer, or too many records to follow them all. */
        NOT_FOLLOWED
    }

    /**
     * A term of a record.
     *
     * @param text as written
     * @param cost the number of lookups that RFC 7208 §4.6.4 counts for the term itself: 0 or 1, and 1 more for
     *     {@code %{p}}
     * @param voidIpv4 whether a client with an IPv4 address makes a void lookup here (RFC 7208 §4.6.4)
     * @param voidIpv6 the same for a client with an IPv6 address
     * @param leadsTo the record that an include or redirect leads to
     * @param note more about it, a clause: {@code 3 hosts}; may be empty
     */
    public record SpfTerm(
            String text, int cost, boolean voidIpv4, boolean voidIpv6, Optional<SpfNode> leadsTo, String note) {
        /** The lookups of the term and of everything below it. */
        public int lookups() {
            return cost + leadsTo.map(SpfNode::lookups).orElse(0);
        }

        /** Whether a client of some family makes a void lookup here. */
        public boolean isVoid() {
            return voidIpv4 || voidIpv6;
        }
    }

    /** The lookups that count against the limit of 10, for a client that matches nothing (RFC 7208 §4.6.4). */
    public int lookups() {
        return terms.stream().mapToInt(SpfTerm::lookups).sum();
    }

    /** The record that its redirect leads to, if it has one that is followed. */
    Optional<SpfNode> redirected() {
        return terms.stream()
                .filter(term -> term.text().startsWith("redirect="))
                .findFirst()
                .flatMap(SpfTerm::leadsTo);
    }

    /** The lookups of the record's own terms. */
    public int ownLookups() {
        return terms.stream().mapToInt(SpfTerm::cost).sum();
    }

    /** The void lookups of a client with an address of a family. */
    int voids(boolean ipv6) {
        int sum = 0;
        for (SpfTerm term : terms) {
            sum += (ipv6 ? term.voidIpv6() : term.voidIpv4()) ? 1 : 0;
            sum += term.leadsTo().map(node -> node.voids(ipv6)).orElse(0);
        }
        return sum;
    }

    /** The void lookups of a client of the family that makes more of them. */
    public int voids() {
        return Math.max(voids(false), voids(true));
    }
}
