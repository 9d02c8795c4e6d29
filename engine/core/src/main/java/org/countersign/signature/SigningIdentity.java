package org.countersign.signature;

import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.keys.SigningKey;

/**
 * Who signs, and with what.
 *
 * @param sdid the domain that takes responsibility, {@code d=}
 * @param selector the name of the key below {@code _domainkey}, {@code s=}
 * @param auid on behalf of whom, {@code i=}, in the form of the tag (RFC 6376 §3.5); empty for no such tag
 */
public record SigningIdentity(DomainName sdid, String selector, SigningKey key, Optional<String> auid) {
    /**
     * @throws IllegalArgumentException if selector and domain do not make the name of a key record, or the AUID
     *     does not lie within the SDID
     */
    public SigningIdentity {
        // In A-labels and lower case, as a signature outside internationalized mail must have it.
        selector = DomainName.parse(selector)
                .filter(DomainName::isHostName)
                .filter(name -> sdid.child(name + "._domainkey").isPresent())
                .orElseThrow(() -> new IllegalArgumentException("the selector cannot be part of a domain name"))
                .toString();
        if (auid.filter(text -> !isWithin(text, sdid)).isPresent()) {
            throw new IllegalArgumentException("the AUID is not within the SDID");
        }
    }

    /** Without an AUID. */
    public SigningIdentity(DomainName sdid, String selector, SigningKey key) {
        this(sdid, selector, key, Optional.empty());
    }

    // RFC 6376 §3.5: the domain part of i= is d= or below it. Nothing in it may end the tag.
    private static boolean isWithin(String auid, DomainName sdid) {
        boolean oneTag = auid.chars().allMatch(c -> c > ' ' && c < 0x7F && c != ';');
        return oneTag
                && auid.indexOf('@') >= 0
                && DomainName.parse(auid.substring(auid.lastIndexOf('@') + 1))
                        .filter(domain -> domain.isWithin(sdid))
                        .isPresent();
    }

    /** The same on behalf of somebody, or of nobody in particular. */
    public SigningIdentity withAuid(Optional<String> other) {
        return new SigningIdentity(sdid, selector, key, other);
    }

    /** Where the public key is published. */
    public DomainName keyName() {
        return sdid.child(selector + "._domainkey").orElseThrow();
    }
}
