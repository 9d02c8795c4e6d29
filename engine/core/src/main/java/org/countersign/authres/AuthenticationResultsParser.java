package org.countersign.authres;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.countersign.authres.ResultsLexer.ParseFailure;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;

/**
 * Parses an Authentication-Results field (RFC 8601 §2.2). Beyond the grammar it accepts what widespread software writes:
 *
 * <ul>
 *   <li>extra semicolons, and empty values;
 *   <li>values without the required quotes, and addresses in angle brackets;
 *   <li>{@code name=value} pairs without a property type, which are dropped;
 *   <li>an authserv-id without results, and results without an authserv-id.
 * </ul>
 *
 * <p>An entry that cannot be parsed is skipped and listed as unread; the others count. If a quoted string or a comment has
 * no end, the whole field is malformed, because an apparent entry may be part of it.
 *
 * <p>A property is dropped, and not changed, if its value has control characters, is not UTF-8, or is too long. A result
 * of a method version other than 1 is dropped.
 */
public final class AuthenticationResultsParser {
    private static final int MAX_RESULTS = 100;
    private static final int MAX_UNREAD = 8;
    private static final int MAX_INSTANCE = 2;

    private final ResultsLexer lexer;
    private final List<MethodResult> results = new ArrayList<>();
    private final List<UnreadEntry> unread = new ArrayList<>();
    private boolean truncated;
    private boolean none;

    private AuthenticationResultsParser(Octets text) {
        this.lexer = new ResultsLexer(text);
    }

    /**
     * Parses any text in linear time.
     *
     * @param value the part of the field after the colon, folded or not
     */
    public static ParsedResults parse(Octets value) {
        return new AuthenticationResultsParser(value).field();
    }

    /**
     * Parses an ARC-Authentication-Results field, in linear time.
     *
     * @param value the part of the field after the colon, folded or not
     * @return empty if it does not begin with an instance and a semicolon
     */
    public static Optional<ArcAuthenticationResults> parseArc(Octets value) {
        ResultsLexer lexer = new ResultsLexer(value);
        try {
            int instance = instance(lexer);
            return Optional.of(new ArcAuthenticationResults(instance, parse(lexer.rest())));
        } catch (ParseFailure failure) {
            return Optional.empty();
        }
    }

    /**
     * Parses only the instance of an ARC-Authentication-Results field.
     *
     * @return empty if it does not begin with an instance and a semicolon
     */
    public static OptionalInt parseInstance(Octets value) {
        try {
            return OptionalInt.of(instance(new ResultsLexer(value)));
        } catch (ParseFailure failure) {
            return OptionalInt.empty();
        }
    }

    // RFC 8617 §3.9
    private static int instance(ResultsLexer lexer) {
        lexer.skip();
        lexer.expect('i');
        lexer.skip();
        lexer.expect('=');
        lexer.skip();
        String digits = lexer.digits(MAX_INSTANCE);
        if (digits.isEmpty()) {
            throw ResultsLexer.failure(lexer.at(), "no instance");
        }
        lexer.skip();
        lexer.expect(';');
        return Integer.parseInt(digits);
    }

    /**
     * Whether a field has a version other than 1, so that its results must not be interpreted (RFC 8601 §2.6). In linear
     * time.
     *
     * @param value the part of the field after the colon, folded or not
     */
    public static boolean hasOtherVersion(Octets value) {
        AuthenticationResultsParser parser = new AuthenticationResultsParser(value);
        try {
            return parser.authservId().isPresent() && parser.otherVersion().isPresent();
        } catch (ParseFailure failure) {
            return false;
        }
    }

    private ParsedResults field() {
        Optional<String> id = Optional.empty();
        try {
            id = authservId();
            if (id.isEmpty()) {
                readEntry();
                entries();
                return new ParsedResults.Parsed(new AuthenticationResults("", results), unread, truncated);
            }
            Optional<String> version = otherVersion();
            if (version.isPresent()) {
                return new ParsedResults.OtherVersion(id.get(), version.get());
            }
            lexer.skip();
            if (!lexer.isAtEntryEnd()) {
                skip(lexer.at(), "expected ; after the authserv-id");
            }
            entries();
            return new ParsedResults.Parsed(new AuthenticationResults(id.get(), results), unread, truncated);
        } catch (ParseFailure failure) {
            return new ParsedResults.Malformed(id, failure.offset(), failure.detail());
        }
    }

    /** Reads the authserv-id. Reads nothing if the field begins with a result, because some gateways omit the id. */
    private Optional<String> authservId() {
        lexer.skip();
        int start = lexer.at();
        boolean quoted = lexer.peek() == '"';
        Octets raw = lexer.value();
        if (!quoted && (raw.indexOf('=', 0) >= 0 || (raw.isEmpty() && lexer.peek() == ';'))) {
            lexer.resetTo(start);
            return Optional.empty();
        }
        String id = ResultsText.clean(ResultsText.decode(raw), ResultsText.MAX_ID);
        if (raw.isEmpty() || !Octets.utf8(id).equals(raw)) {
            throw ResultsLexer.failure(start, "no authserv-id");
        }
        return Optional.of(id);
    }

    /** Reads the version; empty if it is 1 or missing, which means 1. */
    private Optional<String> otherVersion() {
        lexer.skip();
        String version = lexer.digits(Integer.MAX_VALUE);
        return version.isEmpty() || isOne(version) ? Optional.empty() : Optional.of(Escapes.printable(version, 20));
    }

    private static boolean isOne(String version) {
        int zeros = 0;
        while (zeros < version.length() - 1 && version.charAt(zeros) == '0') {
            zeros++;
        }
        return version.substring(zeros).equals("1");
    }

    private void entries() {
        while (lexer.peek() == ';') {
            lexer.next();
            readEntry();
        }
    }

    private void readEntry() {
        lexer.skip();
        int start = lexer.at();
        if (lexer.isAtEntryEnd()) {
            return;
        }
        try {
            entry();
        } catch (ParseFailure failure) {
            if (failure.endUnknown()) {
                throw failure;
            }
            skip(start, failure.detail());
        }
        // RFC 8601 §2.2 no-result: it excludes any result.
        if (none && !results.isEmpty()) {
            throw ResultsLexer.failure(start, "none in addition to a result");
        }
    }

    private void skip(int start, String problem) {
        lexer.skipEntry();
        if (unread.size() < MAX_UNREAD) {
            unread.add(UnreadEntry.of(lexer.from(start), problem));
        } else {
            truncated = true;
        }
    }

    private void entry() {
        String method = lexer.keyword();
        lexer.skip();
        if (method.equals("none") && lexer.isAtEntryEnd()) {
            none = true;
            return;
        }
        boolean supported = methodVersion();
        MethodResult result = result(method);
        if (supported && results.size() < MAX_RESULTS) {
            results.add(result);
        } else {
            truncated |= supported;
        }
    }

    // RFC 8601 §2.6
    private boolean methodVersion() {
        if (lexer.peek() != '/') {
            return true;
        }
        lexer.next();
        lexer.skip();
        String version = lexer.digits(Integer.MAX_VALUE);
        if (version.isEmpty()) {
            throw ResultsLexer.failure(lexer.at(), "no method version");
        }
        lexer.skip();
        return isOne(version);
    }

    private MethodResult result(String method) {
        lexer.expect('=');
        lexer.skip();
        String result = lexer.keyword();
        String comments = lexer.comments();
        Optional<String> reason = Optional.empty();
        List<Property> properties = new ArrayList<>();
        while (!lexer.isAtEntryEnd()) {
            String word = lexer.keyword();
            lexer.skip();
            if (lexer.peek() == '.') {
                lexer.next();
                lexer.skip();
                String name = lexer.keyword();
                Octets value = valueAfterEquals();
                if (properties.size() < MethodResult.MAX_PROPERTIES) {
                    property(word, name, value).ifPresent(properties::add);
                }
            } else {
                Octets value = valueAfterEquals();
                if (word.equals("reason") && reason.isEmpty()) {
                    reason = Optional.of(ResultsText.decode(value));
                }
            }
            lexer.skip();
        }
        return new MethodResult(
                method, result, reason, Optional.of(comments).filter(text -> !text.isEmpty()), properties);
    }

    private static Optional<Property> property(String type, String name, Octets value) {
        Property property = new Property(type, name, ResultsText.decode(value));
        return Octets.utf8(property.value()).equals(value) ? Optional.of(property) : Optional.empty();
    }

    private Octets valueAfterEquals() {
        lexer.skip();
        lexer.expect('=');
        lexer.skip();
        return lexer.propertyValue();
    }
}
