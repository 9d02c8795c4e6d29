package org.countersign.authres;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The result of one method (RFC 8601 §2.2 resinfo).
 *
 * @param method a keyword, lower case; usually that of an {@link AuthenticationMethod}
 * @param result a keyword, lower case, of those registered for the method
 * @param reason free text for people, cut after 100 octets; empty text counts as none
 * @param comment free text for people, cut after 200 octets; empty text counts as none
 * @param properties at most 16; more are dropped
 */
public record MethodResult(
        String method, String result, Optional<String> reason, Optional<String> comment, List<Property> properties) {
    static final int MAX_PROPERTIES = 16;

    /**
     * @throws IllegalArgumentException if the method or the result is not a keyword
     */
    public MethodResult {
        method = ResultsText.keyword(method);
        result = ResultsText.keyword(result);
        reason = cleaned(reason, ResultsText.MAX_REASON);
        comment = cleaned(comment, ResultsText.MAX_COMMENT);
        properties = List.copyOf(properties.subList(0, Math.min(properties.size(), MAX_PROPERTIES)));
    }

    private static Optional<String> cleaned(Optional<String> text, int maxOctets) {
        return text.map(given -> ResultsText.clean(given, maxOctets)).filter(clean -> !clean.isEmpty());
    }

    /** A result without reason, comment and properties. */
    public static MethodResult of(AuthenticationMethod method, String result) {
        return new MethodResult(method.keyword(), result, Optional.empty(), Optional.empty(), List.of());
    }

    public MethodResult withReason(String text) {
        return new MethodResult(method, result, Optional.of(text), comment, properties);
    }

    public MethodResult withComment(String text) {
        return new MethodResult(method, result, reason, Optional.of(text), properties);
    }

    /** The result with one more property. */
    public MethodResult with(PropertyType type, String name, String value) {
        List<Property> more = new ArrayList<>(properties);
        more.add(Property.of(type, name, value));
        return new MethodResult(method, result, reason, comment, more);
    }

    /** Whether the types of all properties are known. Otherwise the result must not be used (RFC 8601 §2.3). */
    public boolean isUsable() {
        for (Property property : properties) {
            if (!PropertyType.isKnown(property.type())) {
                return false;
            }
        }
        return true;
    }

    /** Whether this is a result of the method. */
    public boolean is(AuthenticationMethod other) {
        return method.equals(other.keyword());
    }

    /** The value of the first property of this type and name. */
    public Optional<String> property(PropertyType type, String name) {
        for (Property property : properties) {
            if (property.type().equals(type.keyword()) && property.name().equals(name)) {
                return Optional.of(property.value());
            }
        }
        return Optional.empty();
    }
}
