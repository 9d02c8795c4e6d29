package org.countersign.dns;

/**
 * The priority of a query when too many queries wait for a resolver, are in flight, or have the cache look them up. Each
 * priority has a quota, so that neither can displace the other completely.
 */
public enum QueryPriority {
    /**
     * For the DMARC policy of the Author Domain, on which the decision about a message depends. Each message has only two
     * or three of these queries in flight.
     */
    AUTHOR_DOMAIN,
    /** All other queries. */
    ORDINARY
}
