package org.countersign.authres;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.countersign.authres.ResultsLexer.Unreadable;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;

/**
 * Reads an Authentication-Results field (RFC 8601 §2.2). Beyond the grammar it takes what well-known software writes:
 * surplus semicolons, values without the quotes they need, and addresses between angle brackets. It also takes empty
 * values, {@code name=value} pairs without a property type (dropped), an id without results, and results without an id.
 *
 * <p>An entry that cannot be read is left out, and listed as unread; the others count. Where a quoted string or a
 * comment never ends, nothing of the field counts, since what looks like an entry may stand in it.
 *
 * <p>A property whose value has control characters, is not UTF-8 or is longer than the model admits is
 * dropped rather than given out changed. A result of a method version other than 1 is left out.
 */
public final class AuthenticationResultsParser {
    private static final int MAX_RESULTS = 100;
    private static final int MAX_UNREAD = 8;
    private static final int MAX_INSTANCE = 2;

    private final ResultsLexer lexer;
    private final List<MethodResult> results = new ArrayList<>();
    private final List<UnreadEntry> unread = new ArrayList<>();
    private boolean cut;
    private boolean none;

    private AuthenticationResultsParser(Octets text) {
        this.lexer = new ResultsLexer(text);
    }

    /**
     * Reads what stands behind the colon; total and linear.
     *
     * @param value folds included or not
     */
    public static ParsedResults parse(Octets value) {
        return new AuthenticationResultsParser(value).field();
    }

    /**
     * Reads what stands behind the colon of an ARC-Authentication-Results field; total and linear.
     *
     * @return empty where it does not begin with an instance and a semicolon
     */
    public static Optional<ArcAuthenticationResults> parseCarried(Octets value) {
        ResultsLexer lexer = new ResultsLexer(value);
        try {
            int instance = instance(lexer);
            return Optional.of(new ArcAuthenticationResults(instance, parse(lexer.rest())));
        } catch (Unreadable unreadable) {
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
            return OptionalInt.of(instance(new ResultsLexer(value)));
        } catch (Unreadable unreadable) {
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
            throw ResultsLexer.unreadable(lexer.at(), "no instance");
        }
        lexer.skip();
        lexer.expect(';');
        return Integer.parseInt(digits);
    }

    private ParsedResults field() {
        Optional<String> id = Optional.empty();
        try {
            lexer.skip();
            int start = lexer.at();
            boolean quoted = lexer.peek() == '"';
            Octets first = lexer.value();
            if (!quoted && (first.indexOf('=', 0) >= 0 || (first.isEmpty() && lexer.peek() == ';'))) {
                // Some gateways leave out the id.
                entries(start);
                return new ParsedResults.Understood(new AuthenticationResults("", results), unread, cut);
            }
            String authservId = authservId(start, first);
            id = Optional.of(authservId);
            lexer.skip();
            String version = lexer.digits(Integer.MAX_VALUE);
            if (!version.isEmpty() && !isOne(version)) {
                return new ParsedResults.OtherVersion(authservId, Escapes.printable(version, 20));
            }
            lexer.skip();
            if (!lexer.isAtEntryEnd()) {
                leaveOut(lexer.at(), "expected ; behind the authserv-id");
            }
            entries();
            return new ParsedResults.Understood(new AuthenticationResults(authservId, results), unread, cut);
        } catch (Unreadable unreadable) {
            return new ParsedResults.Malformed(id, unreadable.offset(), unreadable.detail());
        }
    }

    private static String authservId(int start, Octets raw) {
        String id = FieldText.clean(FieldText.decode(raw), FieldText.MAX_ID);
        if (raw.isEmpty() || !Octets.utf8(id).equals(raw)) {
            throw ResultsLexer.unreadable(start, "no authserv-id");
        }
        return id;
    }

    private static boolean isOne(String version) {
        int zeros = 0;
        while (zeros < version.length() - 1 && version.charAt(zeros) == '0') {
            zeros++;
        }
        return version.substring(zeros).equals("1");
    }

    /** The first entry stands where the id should, and has been passed over in part. */
    private void entries(int start) {
        lexer.backTo(start);
        readEntry();
        entries();
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
        } catch (Unreadable unreadable) {
            if (unreadable.restLost()) {
                throw unreadable;
            }
            leaveOut(start, unreadable.detail());
        }
        // RFC 8601 §2.2 no-result: it stands for the absence of any other.
        if (none && !results.isEmpty()) {
            throw ResultsLexer.unreadable(start, "none in addition to a result");
        }
    }

    private void leaveOut(int start, String problem) {
        lexer.skipEntry();
        if (unread.size() < MAX_UNREAD) {
            unread.add(UnreadEntry.of(lexer.from(start), problem));
        } else {
            cut = true;
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
            cut |= supported;
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
            throw ResultsLexer.unreadable(lexer.at(), "no method version");
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
                Octets value = valueBehindEquals();
                if (properties.size() < MethodResult.MAX_PROPERTIES) {
                    property(word, name, value).ifPresent(properties::add);
                }
            } else {
                Octets value = valueBehindEquals();
                if (word.equals("reason") && reason.isEmpty()) {
                    reason = Optional.of(FieldText.decode(value));
                }
            }
            lexer.skip();
        }
        return new MethodResult(
                method, result, reason, Optional.of(comments).filter(text -> !text.isEmpty()), properties);
    }

    private static Optional<Property> property(String type, String name, Octets value) {
        Property property = new Property(type, name, FieldText.decode(value));
        return Octets.utf8(property.value()).equals(value) ? Optional.of(property) : Optional.empty();
    }

    private Octets valueBehindEquals() {
        lexer.skip();
        lexer.expect('=');
        lexer.skip();
        return lexer.propertyValue();
    }
}
