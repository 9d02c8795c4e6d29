package org.countersign.dmarc;

import org.countersign.domain.DomainName;

/**
 * The DMARC record that applies to a message.
 *
 * @param policyDomain the domain that publishes it (RFC 9989 §3.2.5), without the {@code _dmarc} label
 * @param source the relation of that domain to the Author Domain
 */
public record PublishedPolicy(DomainName policyDomain, Source source, DmarcRecord record) {
    /** The locations of a record, from highest preference to lowest (RFC 9989 §4.10.1). */
    public enum Source {
        AUTHOR_DOMAIN,
        ORGANIZATIONAL_DOMAIN,
        PUBLIC_SUFFIX_DOMAIN
    }
}
