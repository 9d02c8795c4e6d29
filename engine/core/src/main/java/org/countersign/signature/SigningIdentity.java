package org.countersign.signature;

import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.keys.PublicKeyRecords;
import org.countersign.keys.SigningKey;
import org.countersign.syntax.Octets;

/**
 * The identity that signs, and its key.
 *
 * @param sdid {@code d=}, the Signing Domain Identifier
 * @param selector {@code s=}, the name of the key below {@code _domainkey}
 * @param auid {@code i=}, the Agent or User Identifier as written in the tag (RFC 6376 §3.5); empty for no such tag
 */
public record SigningIdentity(DomainName sdid, String selector, SigningKey key, Optional<String> auid) {
    /**
     * @throws IllegalArgumentException if selector and domain do not form the name of a key record, or if the AUID is
     *     malformed or not within the SDID
     */
    public SigningIdentity {
        // A signature of a message that is not internationalized must have A-labels.
        selector = DomainName.parse(selector)
                .filter(DomainName::isHostName)
                .filter(name -> PublicKeyRecords.name(sdid, name.toString()).isPresent())
                .orElseThrow(() -> new IllegalArgumentException("the selector cannot be part of a domain name"))
                .toString();
        if (auid.filter(text -> !isWithin(text, sdid)).isPresent()) {
            throw new IllegalArgumentException("the AUID is malformed or not within the SDID");
        }
    }

    /** An identity without an AUID. */
    public SigningIdentity(DomainName sdid, String selector, SigningKey key) {
        this(sdid, selector, key, Optional.empty());
    }

    // RFC 6376 §3.5: the domain of i= is d= or a subdomain. No character of it may end or divide the tag.
    private static boolean isWithin(String auid, DomainName sdid) {
        return auid.chars().allMatch(c -> c > ' ' && c < 0x7F && c != ';')
                && Auid.parse(Octets.latin1(auid))
                        .filter(parsed -> parsed.domain().isWithin(sdid))
                        .isPresent();
    }

    /** The same identity with this AUID, or with none. */
    public SigningIdentity withAuid(Optional<String> other) {
        return new SigningIdentity(sdid, selector, key, other);
    }

    /** The name of the public key record. */
    public DomainName keyName() {
        return PublicKeyRecords.name(sdid, selector).orElseThrow();
    }
}
