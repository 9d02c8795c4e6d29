package org.countersign.authres;

/** The registered methods that this engine reports (RFC 8601 §2.7, RFC 8617 §10, RFC 9989 §9.1). */
public enum AuthenticationMethod {
    AUTH("auth"),
    SPF("spf"),
    DKIM("dkim"),
    DMARC("dmarc"),
    ARC("arc"),
    IPREV("iprev");

    private final String keyword;

    AuthenticationMethod(String keyword) {
        this.keyword = keyword;
    }

    public String keyword() {
        return keyword;
    }
}
