package org.countersign.dmarc;

import java.util.Optional;
import org.countersign.domain.DomainName;

/**
 * The result of Identifier Alignment for one identifier (RFC 9989 §4.10.2).
 *
 * @param organizationalDomain of the identifier; empty if it was not needed or could not be determined
 */
public record IdentifierAlignment(
        Identifier identifier, Alignment alignment, Optional<DomainName> organizationalDomain) {

    /** The domain that was compared with the Author Domain. */
    public DomainName domain() {
        return identifier.domain();
    }

    /** The mechanism that the domain comes from. */
    public Mechanism mechanism() {
        return identifier.mechanism();
    }

    /** Whether the domain is aligned with the Author Domain. */
    public boolean isAligned() {
        return alignment.isAligned();
    }
}
