package org.countersign.policy;

import java.util.Optional;
import org.countersign.domain.DomainName;

/**
 * A result of SPF or of one DKIM signature, as input to rules.
 *
 * @param domain the domain that SPF checked, or the SDID of the signature
 */
public record Finding(ResultKeyword result, Optional<DomainName> domain) {
    /** The domain, if the result is a pass. */
    Optional<DomainName> authenticated() {
        return result == ResultKeyword.PASS ? domain : Optional.empty();
    }
}
