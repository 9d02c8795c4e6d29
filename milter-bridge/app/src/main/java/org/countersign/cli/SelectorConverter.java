package org.countersign.cli;

import org.countersign.config.ValueType;
import org.countersign.domain.DomainName;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a selector as the policy file does (RFC 6376 §3.1). */
final class SelectorConverter implements ITypeConverter<DomainName> {
    @Override
    public DomainName convert(String text) {
        return ValueType.SELECTOR
                .parse(text)
                .orElseThrow(() ->
                        new TypeConversionException(Main.quoted(text) + " is not " + ValueType.SELECTOR.expected()));
    }
}
