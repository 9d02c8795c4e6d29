package org.countersign.dmarc;

import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;

/**
 * The result of DMARC policy discovery for an Author Domain (RFC 9989 §4.10.1).
 *
 * @param method how the record and the Organizational Domain were found
 * @param authorDomain in A-labels
 * @param queries the queries for a DMARC record in the order made; the first one is for the Author Domain
 * @param published the record that applies; empty if there is none, or if a lookup that could have found it failed
 * @param organizationalDomain of the Author Domain; empty if it depends on a lookup that failed
 */
public record Discovery(
        DiscoveryMethod method,
        DomainName authorDomain,
        List<RecordQuery> queries,
        Optional<PublishedPolicy> published,
        Optional<DomainName> organizationalDomain) {

    public Discovery {
        queries = List.copyOf(queries);
    }

    /** Whether a lookup failed. Without a published policy it is then unknown whether one applies. */
    boolean hasFailedQuery() {
        for (RecordQuery query : queries) {
            if (query.failed()) {
                return true;
            }
        }
        return false;
    }
}
