package org.countersign.cli;

import org.countersign.config.ValueType;
import org.countersign.domain.DomainName;

/** Reads a selector as the policy file does (RFC 6376 §3.1). */
final class SelectorConverter extends ValueConverter<DomainName> {
    SelectorConverter() {
        super(ValueType.SELECTOR);
    }
}
