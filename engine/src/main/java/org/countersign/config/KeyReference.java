package org.countersign.config;

import java.util.Optional;
import org.countersign.domain.DomainName;

/**
 * One item of {@code signing.keys}.
 *
 * @param domain {@code domain}: the SDID, d= of the signature
 * @param selector {@code selector}: s= of the signature
 * @param keyFile {@code key-file}: where the private key is, for the host to read
 * @param location of {@code key-file}, for what the host finds wrong with it
 */
public record KeyReference(DomainName domain, String selector, String keyFile, ConfigLocation location) {
    // RFC 6376 §3.1: a selector is made like the labels of a domain name.
    private static final ValueType<DomainName> SELECTOR = ValueType.of(
            "a selector such as s2026", text -> DomainName.parse(text).filter(DomainName::isHostName));

    private static final ValueType<String> FILE = ValueType.of("the name of a PEM file", ValueType.TEXT::parse);

    static Optional<KeyReference> read(ConfigSection section) {
        Optional<DomainName> domain = section.required("domain", ValueType.DOMAIN_NAME);
        Optional<DomainName> selector = section.required("selector", SELECTOR);
        Optional<String> file = section.required("key-file", FILE);
        if (domain.isEmpty() || selector.isEmpty() || file.isEmpty()) {
            return Optional.empty();
        }
        if (domain.get().child(selector.get() + "._domainkey").isEmpty()) {
            section.report(section.location("selector")
                    .problem("together with the domain makes a name that is too long for the DNS"));
            return Optional.empty();
        }
        return Optional.of(
                new KeyReference(domain.get(), selector.get().toString(), file.get(), section.location("key-file")));
    }

    /** RFC 6376 §3.6.2.1: the name under which the public key is published. */
    public String recordName() {
        return selector + "._domainkey." + domain;
    }
}
