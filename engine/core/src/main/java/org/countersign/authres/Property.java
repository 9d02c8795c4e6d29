package org.countersign.authres;

import org.countersign.syntax.Octets;

/**
 * One property of a result, such as {@code header.d=example.org} (RFC 8601 §2.2 propspec).
 *
 * @param type a keyword, lower case; usually that of a {@link PropertyType}
 * @param name a keyword, lower case
 * @param value text without control characters and of bounded length; the constructor removes the rest
 */
public record Property(String type, String name, String value) {
    private static final int MAX_DOMAIN = 255;
    private static final int MAX_ADDRESS = 320;

    /**
     * @throws IllegalArgumentException if the type or the name is not a keyword; the value may be anything
     */
    public Property {
        type = ResultsText.keyword(type);
        name = ResultsText.keyword(name);
        value = ResultsText.clean(value, maxOctets(name));
    }

    public static Property of(PropertyType type, String name, String value) {
        return new Property(type.keyword(), name, value);
    }

    /** A property with octets as received; malformed UTF-8 becomes {@code ?}. */
    public static Property of(PropertyType type, String name, Octets value) {
        return of(type, name, ResultsText.decode(value));
    }

    private static int maxOctets(String name) {
        return switch (name) {
            // RFC 6376 §3.1: a selector may have several labels, up to the length of a domain name.
            case "d", "from", "helo", "s" -> MAX_DOMAIN;
            default -> MAX_ADDRESS;
        };
    }
}
