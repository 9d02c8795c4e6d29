package org.countersign.dmarc;

import java.util.Optional;
import org.countersign.domain.DomainName;

/**
 * A domain that was held against the Author Domain.
 *
 * @param organizationalDomain where it had to be found out and could be
 */
public record IdentifierAlignment(
        DomainName domain, Mechanism mechanism, Alignment alignment, Optional<DomainName> organizationalDomain) {

    public boolean isAligned() {
        return alignment.isAligned();
    }
}
