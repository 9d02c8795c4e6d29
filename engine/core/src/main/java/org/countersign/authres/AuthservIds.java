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
 * The authserv-ids of our side of the border: our own and those of the servers that we trust. A field from
 * outside that bears one of them is forged and must go (RFC 8601 §5).
 *
 * <p>Whoever consumes the field behind us may read it more loosely than the grammar, so a field claims one of
 * our ids as soon as any plausible reading of it begins with one: in other case, in A-labels or U-labels, with
 * a dot at the end, quoted or half quoted, behind comments, folds or stray characters, with control characters
 * or the blanks of Unicode in between, as an encoded word, and whatever follows. Immutable.
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
     * @param subdomains whether every name below an id that is a domain name is ours too
     * @throws IllegalArgumentException if an id is empty or longer than 255 octets, or has control characters
     */
    public static AuthservIds of(List<String> ids, boolean subdomains) {
        for (String id : ids) {
            if (id.isBlank() || !FieldText.clean(id, FieldText.MAX_ID).equals(id)) {
                throw new IllegalArgumentException("not an authserv-id: \"" + id + "\"");
            }
        }
        return new AuthservIds(ids, subdomains);
    }

    /** Whether this is an Authentication-Results field that could be taken for one of ours; total and linear. */
    public boolean claims(HeaderField field) {
        return isResultsField(field) && claims(field.value());
    }

    /**
     * Whether somebody may take this for an Authentication-Results field: its name is that name once the
     * characters are dropped that some readers drop.
     */
    public static boolean isResultsField(HeaderField field) {
        return field.mayBeReadAs(AuthenticationResultsWriter.NAME);
    }

    private boolean claims(Octets value) {
        return beginsWithIdOnceReadable(value)
                || (!ReadableText.isReadableAsItIs(value)
                        // Some readers drop control characters and blanks, others end a word, or everything, at them.
                        && (beginsWithIdOnceReadable(ReadableText.of(value, false))
                                || beginsWithIdOnceReadable(ReadableText.of(value, true))));
    }

    private boolean beginsWithIdOnceReadable(Octets plain) {
        for (Octets reading : readings(plain)) {
            if (hasEncodedId(reading) || beginsWithId(behindStrayCharacters(reading))) {
                return true;
            }
        }
        return false;
    }

    /** Whether an encoded word stands before the results: some readers decode it, and no genuine id is written so. */
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

    /** The value as different readers have it once they are done with its comments. */
    private static Set<Octets> readings(Octets value) {
        if (value.indexOf('(', 0) < 0) {
            return Set.of(value);
        }
        Set<Octets> readings = new LinkedHashSet<>();
        for (Comments habit : Comments.values()) {
            readings.add(habit.drop(value));
        }
        return readings;
    }

    /** Ways in which readers drop comments; only the first is the standard's (RFC 5322 §3.2.2). */
    private enum Comments {
        STANDARD(true, true, true),
        /** Nothing is left in their place. */
        JOINING(true, true, false),
        /** Each ends at the first closing parenthesis. */
        FLAT(false, true, true),
        /** As with a simple search and replace. */
        NAIVE(false, false, true),
        NAIVE_JOINING(false, false, false);

        private final boolean nested;
        private final boolean escapes;
        private final boolean spaced;

        Comments(boolean nested, boolean escapes, boolean spaced) {
            this.nested = nested;
            this.escapes = escapes;
            this.spaced = spaced;
        }

        /**
         * The value without comments, quoted strings kept as they are. One that never ends is kept too: it hides
         * nothing from a reader that does not look for its end.
         */
        Octets drop(Octets value) {
            ByteArrayOutputStream kept = new ByteArrayOutputStream(value.length());
            int depth = 0;
            int opened = 0;
            boolean quoted = false;
            for (int i = 0; i < value.length(); i++) {
                int octet = value.at(i);
                boolean escape = escapes && octet == '\\' && i + 1 < value.length();
                if (depth == 0 && (quoted || octet != '(')) {
                    quoted ^= octet == '"';
                    kept.write(octet);
                    if (escape) {
                        i++;
                        kept.write(value.at(i));
                    }
                } else if (escape) {
                    i++;
                } else if (octet == '(') {
                    opened = depth == 0 ? i : opened;
                    depth = nested ? depth + 1 : 1;
                } else if (octet == ')') {
                    depth--;
                    if (depth == 0 && spaced) {
                        kept.write(' ');
                    }
                }
            }
            if (depth > 0) {
                kept.writeBytes(value.from(opened).toByteArray());
            }
            return Octets.wrap(kept.toByteArray());
        }
    }

    private static Octets behindStrayCharacters(Octets value) {
        int from = 0;
        while (from < value.length() && !isIdCharacter(value.at(from))) {
            from++;
        }
        return value.from(from);
    }

    private static boolean isIdCharacter(int octet) {
        return octet > 0x7F || FieldText.isTokenCharacter(octet);
    }

    private boolean beginsWithId(Octets start) {
        for (String id : ids) {
            if (beginsWith(start, id)) {
                return true;
            }
        }
        Octets run = idRun(start);
        String text = run.utf8();
        return isOurDomain(Octets.utf8(text).equals(run) ? text : run.latin1());
    }

    /** Whether the id stands there, escapes undone, and ends there. */
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

    /** The characters of a domain name that come first, escapes undone. */
    private static Octets idRun(Octets start) {
        ByteArrayOutputStream run = new ByteArrayOutputStream();
        int longest = 4 * FieldText.MAX_ID;
        for (int i = 0; i < start.length() && run.size() <= longest; i++) {
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

    private boolean isOurDomain(String text) {
        return isOurs(DomainName.parse(text)) || isOurs(DomainName.parse(withoutOuterSigns(text)));
    }

    // Lenient readers drop dots around a name, and the white space and marks of Unicode too.
    private static String withoutOuterSigns(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isOuterSign(text.charAt(from))) {
            from++;
        }
        while (to > from && isOuterSign(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isOuterSign(char c) {
        return c == '.' || (c > 0x7F && !Character.isLetterOrDigit(c) && !Character.isSurrogate(c));
    }

    private boolean isOurs(Optional<DomainName> domain) {
        if (domain.isEmpty()) {
            return false;
        }
        for (DomainName own : domains) {
            if (domain.get().equals(own) || (subdomains && domain.get().isWithin(own))) {
                return true;
            }
        }
        return false;
    }
}
