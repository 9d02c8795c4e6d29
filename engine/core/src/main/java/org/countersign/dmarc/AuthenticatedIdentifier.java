package org.countersign.dmarc;

import org.countersign.domain.DomainName;

/**
 * A domain that authenticated the message (RFC 9989 §3.2.1): the {@code d=} of a DKIM signature that
 * passed, or the MAIL FROM domain of an SPF pass, which is the HELO domain where the reverse-path is null.
 * Anything short of a pass must not become one (RFC 9989 §5.3.4).
 */
public record AuthenticatedIdentifier(DomainName domain, Mechanism mechanism) {}
