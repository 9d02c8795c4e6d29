package org.countersign.authres;

/** Where the value of a property comes from (RFC 8601 §2.3, RFC 8904 §4). */
public enum PropertyType {
    SMTP("smtp"),
    HEADER("header"),
    BODY("body"),
    POLICY("policy"),
    DNS("dns");

    private final String keyword;

    PropertyType(String keyword) {
        this.keyword = keyword;
    }

    public String keyword() {
        return keyword;
    }

    static boolean isKnown(String keyword) {
        for (PropertyType type : values()) {
            if (type.keyword.equals(keyword)) {
                return true;
            }
        }
        return false;
    }
}
