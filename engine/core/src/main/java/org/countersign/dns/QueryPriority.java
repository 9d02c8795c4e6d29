package org.countersign.dns;

/**
 * Which queries go first where there is too little room for all: in the line to a resolver, among the queries under way
 * and in the cache. Each kind has room of its own, so that neither can take all of it from the other.
 */
public enum QueryPriority {
    /**
     * For the policy of the Author Domain, on which depends what becomes of a message. They are few: of each message
     * there are two or three under way at a time.
     */
    AUTHOR_DOMAIN,
    /** All others. */
    ORDINARY
}
