package org.countersign.cli;

import java.util.Optional;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.domain.DomainName;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the domain of a new key, and finds whether it is one that an organization has for itself. */
final class SigningDomain implements ITypeConverter<DomainName> {
    @Override
    public DomainName convert(String text) {
        DomainName domain = Main.domain(text);
        if (domain.labelCount() == 1) {
            throw new TypeConversionException(
                    Main.quoted(text) + " is a single label: a signing domain has at least two, such as example.org");
        }
        return domain;
    }

    /** The warning about a domain that is a public suffix. */
    static Optional<String> warning(DomainName domain) {
        return PublicSuffixList.bundled().isPublicSuffix(domain)
                ? Optional.of(
                        "countersign: warning: " + domain + " is a public suffix, and others have their own domains"
                                + " below it: a key is for the domain of your authors, such as example." + domain)
                : Optional.empty();
    }
}
