package org.countersign.policy;

import java.util.Optional;
import org.countersign.domain.DomainName;

/**
 * A result and the domain that it is about.
 *
 * @param domain of SPF the domain checked, of DKIM the SDID
 */
public record Finding(ResultKeyword result, Optional<DomainName> domain) {
    /** The domain, where the result is a pass. */
    Optional<DomainName> authenticated() {
        return result == ResultKeyword.PASS ? domain : Optional.empty();
    }
}
