package org.countersign.authres;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;

/**
 * Reads an Authentication-Results field (RFC 8601 §2.2). Beyond the grammar it takes what well-known software
 * writes: semicolons too many, values without the quotes they need, empty values, {@code name=value} pairs
 * without a property type (dropped), an id without results.
 *
 * <p>A property whose value has control characters, is not UTF-8 or is longer than the model admits is
 * dropped rather than given out changed. A result of a method version other than 1 is left out.
 */
public final class AuthenticationResultsParser {
    private static final int MOST_RESULTS = 100;
    private static final int DEEPEST_COMMENT = 32;
    private static final int LONGEST_INSTANCE = 2;

    private final Octets text;
    private int at;

    private AuthenticationResultsParser(Octets text) {
        this.text = text;
    }

    /** Unwinds to {@link #parse}; never leaves this class. */
    private static final class Refused extends RuntimeException {
        private final int offset;
        private final String detail;

        Refused(int offset, String detail) {
            super(detail, null, false, false);
            this.offset = offset;
            this.detail = detail;
        }
    }

    /**
     * Reads what stands behind the colon; total and linear.
     *
     * @param value folds included or not
     */
    public static ParsedResults parse(Octets value) {
        AuthenticationResultsParser parser = new AuthenticationResultsParser(value);
        Optional<String> id = Optional.empty();
        try {
            String authservId = parser.authservId();
            id = Optional.of(authservId);
            Optional<String> otherVersion = parser.version().filter(version -> !isOne(version));
            if (otherVersion.isPresent()) {
                return new ParsedResults.OtherVersion(authservId, Escapes.printable(otherVersion.get(), 20));
            }
            return new ParsedResults.Understood(new AuthenticationResults(authservId, parser.results()));
        } catch (Refused refused) {
            return new ParsedResults.Malformed(id, refused.offset, refused.detail);
        }
    }

    /**
     * Reads what stands behind the colon of an ARC-Authentication-Results field; total and linear.
     *
     * @return empty where it does not begin with an instance and a semicolon
     */
    public static Optional<CarriedResults> parseCarried(Octets value) {
        AuthenticationResultsParser parser = new AuthenticationResultsParser(value);
        try {
            int instance = parser.instance();
            return Optional.of(new CarriedResults(instance, parse(value.from(parser.at))));
        } catch (Refused refused) {
            return Optional.empty();
        }
    }

    /**
     * The instance alone, of what {@link #parseCarried} reads.
     *
     * @return empty where it does not begin with an instance and a semicolon
     */
    public static OptionalInt parseInstance(Octets value) {
        try {
            return OptionalInt.of(new AuthenticationResultsParser(value).instance());
        } catch (Refused refused) {
            return OptionalInt.empty();
        }
    }

    // RFC 8617 §3.9
    private int instance() {
        skip();
        expect('i');
        skip();
        expect('=');
        skip();
        int start = at;
        while (Ascii.isDigit(peek()) && at < start + LONGEST_INSTANCE) {
            at++;
        }
        if (at == start) {
            throw new Refused(start, "no instance");
        }
        int instance = Integer.parseInt(text.slice(start, at).latin1());
        skip();
        expect(';');
        return instance;
    }

    private static boolean isOne(String version) {
        int zeros = 0;
        while (zeros < version.length() - 1 && version.charAt(zeros) == '0') {
            zeros++;
        }
        return version.substring(zeros).equals("1");
    }

    private String authservId() {
        skip();
        int start = at;
        Octets raw = value();
        String id = FieldText.clean(FieldText.decode(raw), FieldText.LONGEST_ID);
        if (raw.isEmpty() || !Octets.utf8(id).equals(raw)) {
            throw new Refused(start, "no authserv-id");
        }
        skip();
        return id;
    }

    private Optional<String> version() {
        int start = at;
        while (Ascii.isDigit(peek())) {
            at++;
        }
        String digits = text.slice(start, at).latin1();
        skip();
        return digits.isEmpty() ? Optional.empty() : Optional.of(digits);
    }

    private List<MethodResult> results() {
        List<MethodResult> results = new ArrayList<>();
        boolean none = false;
        while (peek() >= 0) {
            expect(';');
            skip();
            if (peek() < 0 || peek() == ';') {
                continue;
            }
            int start = at;
            String method = keyword();
            skip();
            if (method.equals("none") && (peek() < 0 || peek() == ';')) {
                none = true;
            } else {
                boolean supported = methodVersion();
                MethodResult result = result(method);
                if (supported && results.size() < MOST_RESULTS) {
                    results.add(result);
                }
            }
            // RFC 8601 §2.2 no-result: it stands for the absence of any other.
            if (none && !results.isEmpty()) {
                throw new Refused(start, "none beside a result");
            }
        }
        return results;
    }

    // RFC 8601 §2.6
    private boolean methodVersion() {
        if (peek() != '/') {
            return true;
        }
        at++;
        skip();
        return version()
                .map(AuthenticationResultsParser::isOne)
                .orElseThrow(() -> new Refused(at, "no method version"));
    }

    private MethodResult result(String method) {
        expect('=');
        skip();
        String result = keyword();
        StringBuilder comments = new StringBuilder();
        skip(comments);
        Optional<String> comment = comments.isEmpty() ? Optional.empty() : Optional.of(comments.toString());
        Optional<String> reason = Optional.empty();
        List<Property> properties = new ArrayList<>();
        while (peek() >= 0 && peek() != ';') {
            String word = keyword();
            skip();
            if (peek() == '.') {
                at++;
                skip();
                String name = keyword();
                skip();
                Octets value = valueBehindEquals();
                if (properties.size() < MethodResult.MOST_PROPERTIES) {
                    property(word, name, value).ifPresent(properties::add);
                }
            } else {
                Octets value = valueBehindEquals();
                if (word.equals("reason") && reason.isEmpty()) {
                    reason = Optional.of(FieldText.decode(value));
                }
            }
            skip();
        }
        return new MethodResult(method, result, reason, comment, properties);
    }

    private static Optional<Property> property(String type, String name, Octets value) {
        Property property = new Property(type, name, FieldText.decode(value));
        return Octets.utf8(property.value()).equals(value) ? Optional.of(property) : Optional.empty();
    }

    private Octets valueBehindEquals() {
        expect('=');
        skip();
        return value();
    }

    /** The octet at hand, or -1 at the end. */
    private int peek() {
        return at < text.length() ? text.at(at) : -1;
    }

    private void expect(char octet) {
        if (peek() != octet) {
            throw new Refused(at, "expected " + octet);
        }
        at++;
    }

    private String keyword() {
        int start = at;
        while (FieldText.isKeywordCharacter(peek())) {
            at++;
        }
        String word = text.slice(start, at).latin1();
        if (!FieldText.isKeyword(word)) {
            throw new Refused(start, "expected a keyword");
        }
        return Ascii.lower(word);
    }

    /** A token, a quoted string, an address, or what others write in their place. */
    private Octets value() {
        int start = at;
        if (peek() == '"') {
            Octets quoted = quotedString();
            if (peek() != '@') {
                return quoted;
            }
        }
        while (isBare(peek())) {
            at++;
        }
        return text.slice(start, at);
    }

    private static boolean isBare(int octet) {
        return octet > 0x20 && octet != 0x7F && ";()\"\\".indexOf(octet) < 0;
    }

    private Octets quotedString() {
        int start = at;
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (int i = at + 1; i < text.length(); i++) {
            int octet = text.at(i);
            if (octet == '"') {
                at = i + 1;
                return Octets.wrap(content.toByteArray());
            }
            if (octet == '\\' && i + 1 < text.length()) {
                i++;
                content.write(text.at(i));
            } else if (octet != '\r' && octet != '\n') {
                // RFC 5322 §3.2.4: of a fold, the white space belongs to the text and the line end does not.
                content.write(octet);
            }
        }
        throw new Refused(start, "quoted string without an end");
    }

    private void skip() {
        skip(new StringBuilder());
    }

    /** Goes behind white space, folds and comments; the text of comments is added to {@code comments}. */
    private void skip(StringBuilder comments) {
        while (true) {
            if (Ascii.isFws(peek())) {
                at++;
            } else if (peek() == '(') {
                String text = comment();
                comments.append(comments.isEmpty() ? "" : " ").append(text);
            } else {
                return;
            }
        }
    }

    private String comment() {
        int start = at;
        int depth = 0;
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (int i = at; i < text.length(); i++) {
            int octet = text.at(i);
            if (octet == '(' && ++depth == 1) {
                continue;
            }
            if (depth > DEEPEST_COMMENT) {
                throw new Refused(start, "comments nested too deeply");
            }
            if (octet == ')' && --depth == 0) {
                at = i + 1;
                return FieldText.decode(Octets.wrap(content.toByteArray()));
            }
            if (octet == '\\' && i + 1 < text.length()) {
                i++;
                content.write(text.at(i));
            } else if (octet != '\r' && octet != '\n') {
                content.write(octet);
            }
        }
        throw new Refused(start, "comment without an end");
    }
}
