package org.countersign.dkim;

import org.countersign.domain.DomainName;

/**
 * Who signs, and with what.
 *
 * @param sdid the domain that takes responsibility, {@code d=}
 * @param selector the name of the key below {@code _domainkey}, {@code s=}
 */
public record SigningIdentity(DomainName sdid, String selector, SigningKey key) {
    /**
     * @throws IllegalArgumentException if selector and domain do not make the name of a key record
     */
    public SigningIdentity {
        // In A-labels and lower case, as a signature outside internationalized mail must have it.
        selector = DomainName.parse(selector)
                .filter(DomainName::isHostName)
                .filter(name -> sdid.child(name + "._domainkey").isPresent())
                .orElseThrow(() -> new IllegalArgumentException("the selector cannot be part of a domain name"))
                .toString();
    }

    /** Where the public key is published. */
    public DomainName keyName() {
        return sdid.child(selector + "._domainkey").orElseThrow();
    }
}
