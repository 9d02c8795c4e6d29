package org.countersign.dmarc;

import org.countersign.domain.DomainName;

/**
 * A domain that SPF or DKIM was evaluated for, as input to Identifier Alignment (RFC 9989 §4.4). It is the {@code d=} of a
 * DKIM signature, or the domain of the SPF MAIL FROM identity. That is the HELO domain if the reverse-path is null.
 */
public record Identifier(DomainName domain, Mechanism mechanism, Status status) {
    /** What the mechanism said about the domain. A result other than these two gives no identifier (RFC 9989 §5.3.4). */
    public enum Status {
        /** The mechanism passed: an Authenticated Identifier (RFC 9989 §3.2.1). */
        AUTHENTICATED,
        /** The mechanism ended in a temporary error. If the domain is aligned, a fail becomes a temporary error. */
        UNRESOLVED
    }

    /** A domain for which the mechanism passed. */
    public static Identifier authenticated(DomainName domain, Mechanism mechanism) {
        return new Identifier(domain, mechanism, Status.AUTHENTICATED);
    }

    /** A domain for which the mechanism ended in a temporary error. */
    public static Identifier unresolved(DomainName domain, Mechanism mechanism) {
        return new Identifier(domain, mechanism, Status.UNRESOLVED);
    }
}
