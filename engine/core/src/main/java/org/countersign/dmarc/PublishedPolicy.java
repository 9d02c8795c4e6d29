package org.countersign.dmarc;

import org.countersign.domain.DomainName;

/**
 * The record that applies to a message.
 *
 * @param policyDomain where it was found (RFC 9989 §3.2.5), without the {@code _dmarc} label
 */
public record PublishedPolicy(DomainName policyDomain, Source source, DmarcRecord record) {
    /** Which of the three places that count it was found at (RFC 9989 §4.10.1). */
    public enum Source {
        AUTHOR_DOMAIN,
        ORGANIZATIONAL_DOMAIN,
        PUBLIC_SUFFIX_DOMAIN
    }
}
