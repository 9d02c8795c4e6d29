package org.countersign.spf;

/** The identity of the SMTP session that is checked (RFC 7208 §§2.3, 2.4). */
public enum SpfIdentity {
    MAIL_FROM("mailfrom"),
    HELO("helo");

    private final String keyword;

    SpfIdentity(String keyword) {
        this.keyword = keyword;
    }

    /** The identity as a Received-SPF field writes it (RFC 7208 §9.1). */
    public String keyword() {
        return keyword;
    }
}
