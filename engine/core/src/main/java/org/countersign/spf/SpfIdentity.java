package org.countersign.spf;

/** Which name of the SMTP dialog is checked (RFC 7208 §§2.3, 2.4). */
public enum SpfIdentity {
    MAIL_FROM("mailfrom"),
    HELO("helo");

    private final String keyword;

    SpfIdentity(String keyword) {
        this.keyword = keyword;
    }

    /** The word for it in a Received-SPF field (RFC 7208 §9.1). */
    public String keyword() {
        return keyword;
    }
}
