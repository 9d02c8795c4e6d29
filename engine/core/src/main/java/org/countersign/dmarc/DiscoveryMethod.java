package org.countersign.dmarc;

/** How policies and Organizational Domains are found, in the words of reports (RFC 9990 §3.1.1.5). */
public enum DiscoveryMethod {
    /** RFC 9989 §4.10: by climbing the DNS. */
    TREE_WALK("treewalk"),
    /** RFC 7489 §3.2: by the Public Suffix List. */
    PUBLIC_SUFFIX_LIST("psl");

    private final String keyword;

    DiscoveryMethod(String keyword) {
        this.keyword = keyword;
    }

    /** The word for reports and logs. */
    public String keyword() {
        return keyword;
    }
}
