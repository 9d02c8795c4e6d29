package org.countersign.authres;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.domain.DomainName;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/**
 * The authserv-ids of the local ADMD (RFC 8601 §1.2): that of this server and those of trusted servers. An
 * Authentication-Results field of an incoming message that has one of them is forged and must be removed (RFC 8601 §5). So
 * must a field of a version that later programs may read in another way.
 *
 * <p>Programs that read the field later may be more lenient than the grammar. So a field claims a local id if any plausible
 * reading begins with that id:
 *
 * <ul>
 *   <li>In another case, in A-labels or U-labels, with a trailing dot, or as an encoded word.
 *   <li>In complete or incomplete quotes, or after comments, folds or other characters.
 *   <li>With control characters or Unicode blanks in between.
 *   <li>With white space, folds or quotes anywhere in it, which some programs drop when they unfold a field.
 *   <li>After the instance of an ARC set, {@code i=1;}.
 * </ul>
 *
 * The rest of the field does not matter. Immutable.
 */
public final class AuthservIds {
    private final List<String> ids;
    private final List<DomainName> domains;
    private final boolean subdomains;

    private AuthservIds(List<String> ids, boolean subdomains) {
        this.ids = ids.stream().map(Ascii::lower).toList();
        this.domains = ids.stream()
                .map(DomainName::parse)
                .flatMap(Optional::stream)
                .filter(DomainName::isHostName)
                .toList();
        this.subdomains = subdomains;
    }

    /**
     * @throws IllegalArgumentException if one of them is empty
     */
    public static AuthservIds of(List<String> ids) {
        return of(ids, false);
    }

    /**
     * @param subdomains whether each subdomain of an id is a local id too
     * @throws IllegalArgumentException if an id is empty or longer than 255 octets, or has control characters
     */
    public static AuthservIds of(List<String> ids, boolean subdomains) {
        for (String id : ids) {
            if (id.isBlank() || !ResultsText.clean(id, ResultsText.MAX_ID).equals(id)) {
                throw new IllegalArgumentException("not an authserv-id: \"" + id + "\"");
            }
        }
        return new AuthservIds(ids, subdomains);
    }

    /** Whether this is an Authentication-Results field that a program may attribute to the local ADMD. Linear time. */
    public boolean claims(HeaderField field) {
        return isResultsField(field) && claims(field.value());
    }

    /**
     * Whether a program may take this for an Authentication-Results field, because the name is the same without the
     * characters that some programs ignore.
     */
    public static boolean isResultsField(HeaderField field) {
        return field.mayBeReadAs(AuthenticationResultsWriter.NAME);
    }

    /** Whether this is an Authentication-Results field of a version that this engine cannot read. Linear time. */
    public static boolean isOfOtherVersion(HeaderField field) {
        return isResultsField(field) && AuthenticationResultsParser.hasOtherVersion(field.value());
    }

    private boolean claims(Octets value) {
        return beginsWithIdOnceReadable(value)
                || (!ReadableText.isReadableAsItIs(value)
                        // Some programs ignore control characters and blanks, for others they end a word or the text.
                        && (beginsWithIdOnceReadable(ReadableText.of(value, false))
                                || beginsWithIdOnceReadable(ReadableText.of(value, true))));
    }

    private boolean beginsWithIdOnceReadable(Octets plain) {
        for (Octets reading : readings(plain)) {
            Octets start = withoutInstance(reading);
            if (hasEncodedId(start)
                    || beginsWithId(withoutLeadingMarks(start))
                    || isLocalDomain(nameWithoutMarks(start))) {
                return true;
            }
        }
        return false;
    }

    /** Whether there is an encoded word before the results. Some programs decode it, and a genuine id never has one. */
    private static boolean hasEncodedId(Octets value) {
        int semicolon = value.indexOf(';', 0);
        int end = semicolon < 0 ? value.length() : semicolon;
        for (int at = value.indexOf('=', 0); at >= 0 && at < end; at = value.indexOf('=', at + 1)) {
            if (at + 1 < end && value.at(at + 1) == '?') {
                return true;
            }
        }
        return false;
    }

    /** The value without comments, as different programs remove them. */
    private static Set<Octets> readings(Octets value) {
        if (value.indexOf('(', 0) < 0) {
            return Set.of(value);
        }
        Set<Octets> readings = new LinkedHashSet<>();
        for (CommentRemoval removal : CommentRemoval.values()) {
            readings.add(removal.apply(value));
        }
        return readings;
    }

    /** How programs remove comments. Only the first form follows the standard (RFC 5322 §3.2.2). */
    private enum CommentRemoval {
        STANDARD(true, true, true),
        /** Without a space for the comment. */
        JOINING(true, true, false),
        /** Without nesting: a comment ends at the first closing parenthesis. */
        FLAT(false, true, true),
        /** Without nesting and escapes, as a search and replace does. */
        NAIVE(false, false, true),
        NAIVE_JOINING(false, false, false);

        private final boolean nested;
        private final boolean escapes;
        private final boolean spaced;

        CommentRemoval(boolean nested, boolean escapes, boolean spaced) {
            this.nested = nested;
            this.escapes = escapes;
            this.spaced = spaced;
        }

        /**
         * The value without comments outside quoted strings. A comment without an end stays, because some programs read its
         * text.
         */
        Octets apply(Octets value) {
            ByteArrayOutputStream result = new ByteArrayOutputStream(value.length());
            int depth = 0;
            int opened = 0;
            boolean quoted = false;
            for (int i = 0; i < value.length(); i++) {
                int octet = value.at(i);
                boolean escape = escapes && octet == '\\' && i + 1 < value.length();
                if (depth == 0 && (quoted || octet != '(')) {
                    quoted ^= octet == '"';
                    result.write(octet);
                    if (escape) {
                        i++;
                        result.write(value.at(i));
                    }
                } else if (escape) {
                    i++;
                } else if (octet == '(') {
                    opened = depth == 0 ? i : opened;
                    depth = nested ? depth + 1 : 1;
                } else if (octet == ')') {
                    depth--;
                    if (depth == 0 && spaced) {
                        result.write(' ');
                    }
                }
            }
            if (depth > 0) {
                result.writeBytes(value.from(opened).toByteArray());
            }
            return Octets.wrap(result.toByteArray());
        }
    }

    private static Octets withoutLeadingMarks(Octets value) {
        int from = 0;
        while (from < value.length() && !isIdCharacter(value.at(from))) {
            from++;
        }
        return value.from(from);
    }

    /** What comes after an instance as in ARC-Authentication-Results (RFC 8617 §4.1.1). */
    private static Octets withoutInstance(Octets value) {
        int semicolon = value.indexOf(';', 0);
        if (semicolon < 0 || semicolon > ResultsText.MAX_ID) {
            return value;
        }
        String first = value.slice(0, semicolon).latin1();
        int equals = first.indexOf('=');
        boolean instance = equals > 0
                && Ascii.equalsIgnoreCase(first.substring(0, equals).strip(), "i")
                && first.substring(equals + 1).strip().chars().allMatch(Ascii::isDigit);
        return instance ? value.from(semicolon + 1) : value;
    }

    /** The text before the results, of the characters that a domain name may have; empty if it is too long for one. */
    private static String nameWithoutMarks(Octets value) {
        ByteArrayOutputStream name = new ByteArrayOutputStream();
        for (int i = 0; i < value.length() && value.at(i) != ';'; i++) {
            int octet = value.at(i);
            if (octet == '.' || octet == '-' || octet == '_' || octet > 0x7F || Ascii.isAlphaNumeric((char) octet)) {
                name.write(octet);
            }
            if (name.size() > 4 * ResultsText.MAX_ID) {
                return "";
            }
        }
        return Octets.wrap(name.toByteArray()).utf8();
    }

    private static boolean isIdCharacter(int octet) {
        return octet > 0x7F || ResultsText.isTokenCharacter(octet);
    }

    private boolean beginsWithId(Octets start) {
        for (String id : ids) {
            if (beginsWith(start, id)) {
                return true;
            }
        }
        Octets run = leadingIdCharacters(start);
        String text = run.utf8();
        return isLocalDomain(Octets.utf8(text).equals(run) ? text : run.latin1());
    }

    /** Whether the text begins with the complete id, backslashes ignored. */
    private static boolean beginsWith(Octets start, String id) {
        Octets expected = Octets.utf8(id);
        int from = 0;
        while (from < expected.length() && !isIdCharacter(expected.at(from))) {
            from++;
        }
        int at = 0;
        for (int i = from; i < expected.length(); i++, at++) {
            if (at < start.length() && start.at(at) == '\\' && expected.at(i) != '\\') {
                at++;
            }
            if (at >= start.length() || Ascii.lower(start.at(at)) != expected.at(i)) {
                return false;
            }
        }
        return from < expected.length() && (at >= start.length() || !isIdCharacter(start.at(at)));
    }

    /** The leading characters that a domain name may have, backslashes ignored. */
    private static Octets leadingIdCharacters(Octets start) {
        ByteArrayOutputStream run = new ByteArrayOutputStream();
        int maxLength = 4 * ResultsText.MAX_ID;
        for (int i = 0; i < start.length() && run.size() <= maxLength; i++) {
            int octet = start.at(i);
            if (octet == '\\') {
                continue;
            }
            if (!isIdCharacter(octet)) {
                break;
            }
            run.write(octet);
        }
        return Octets.wrap(run.toByteArray());
    }

    private boolean isLocalDomain(String text) {
        return isLocal(DomainName.parse(text)) || isLocal(DomainName.parse(trimmed(text)));
    }

    // Lenient programs ignore dots around a name, and Unicode white space and symbols.
    private static String trimmed(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isIgnoredAround(text.charAt(from))) {
            from++;
        }
        while (to > from && isIgnoredAround(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isIgnoredAround(char c) {
        return c == '.' || (c > 0x7F && !Character.isLetterOrDigit(c) && !Character.isSurrogate(c));
    }

    private boolean isLocal(Optional<DomainName> domain) {
        if (domain.isEmpty()) {
            return false;
        }
        for (DomainName local : domains) {
            if (domain.get().equals(local) || (subdomains && domain.get().isWithin(local))) {
                return true;
            }
        }
        return false;
    }
}
