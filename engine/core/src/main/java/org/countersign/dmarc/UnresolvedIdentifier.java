package org.countersign.dmarc;

import org.countersign.domain.DomainName;

/**
 * A domain that may or may not have authenticated the message: its mechanism ended in a temporary error.
 * It never makes a pass; where it could have, a fail becomes a temporary error.
 */
public record UnresolvedIdentifier(DomainName domain, Mechanism mechanism) {}
