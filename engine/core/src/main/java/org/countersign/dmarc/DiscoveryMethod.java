package org.countersign.dmarc;

/** The method that finds policies and Organizational Domains, with its keyword in reports (RFC 9990 §3.1.1.5). */
public enum DiscoveryMethod {
    /** The DNS Tree Walk (RFC 9989 §4.10). */
    TREE_WALK("treewalk"),
    /** The Public Suffix List (RFC 7489 §3.2). */
    PUBLIC_SUFFIX_LIST("psl");

    private final String keyword;

    DiscoveryMethod(String keyword) {
        this.keyword = keyword;
    }

    /** The keyword in reports and logs. */
    public String keyword() {
        return keyword;
    }
}
