package org.countersign.doctor;

import org.countersign.domain.DomainName;

/** Fetches the MTA-STS policy of a domain over HTTPS (RFC 8461 §3.3). */
@FunctionalInterface
public interface PolicyFetch {
    /** Fetches nothing, and finds no fault. */
    PolicyFetch NONE = domain -> "";

    /** Why there is no policy, a clause; empty if there is one. */
    String problem(DomainName domain);
}
