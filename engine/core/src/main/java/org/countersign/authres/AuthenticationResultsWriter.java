package org.countersign.authres;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.countersign.domain.DomainName;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Ascii;

/**
 * Writes an Authentication-Results field (RFC 8601 §2.2): one result a line, folded only where white space of
 * our own stands, everything that came from outside as a token or between quotes.
 *
 * <p>The field stays below 4 KiB: of more than 20 DKIM results the last are left out, and more of them, and
 * at last others, where the rest is still too long. So results belong in the order of their importance.
 */
public final class AuthenticationResultsWriter {
    public static final String NAME = "Authentication-Results";

    /** The field that carries results on in an ARC Set (RFC 8617 §4.1.1). */
    public static final String CARRIED_NAME = "ARC-Authentication-Results";

    private static final int MAX_LINE = 78;
    private static final int MAX_VALUE = 4000;
    private static final int MAX_DKIM_RESULTS = 20;

    private final boolean internationalized;

    private AuthenticationResultsWriter(boolean internationalized) {
        this.internationalized = internationalized;
    }

    /**
     * The field for a message in US-ASCII: an internationalized authserv-id in A-labels, {@code ?} for any
     * other character beyond.
     */
    public static HeaderField render(AuthenticationResults results) {
        return new AuthenticationResultsWriter(false).field(NAME, "", results);
    }

    /** The field for an internationalized message (RFC 6532, SMTPUTF8), in UTF-8. */
    public static HeaderField renderInternationalized(AuthenticationResults results) {
        return new AuthenticationResultsWriter(true).field(NAME, "", results);
    }

    /**
     * The ARC-Authentication-Results field of an ARC Set, in US-ASCII.
     *
     * @param instance of the set, 1 to 50
     */
    public static HeaderField renderCarried(int instance, AuthenticationResults results) {
        return new AuthenticationResultsWriter(false).field(CARRIED_NAME, "i=" + instance + "; ", results);
    }

    private HeaderField field(String name, String prefix, AuthenticationResults results) {
        if (results.authservId().isEmpty()) {
            throw new IllegalArgumentException("an authserv-id must not be empty");
        }
        String id = prefix + quotedUnlessToken(authservId(results.authservId()));
        List<List<String>> written = withinBounds(results.results(), MAX_VALUE - id.length());
        StringBuilder value = new StringBuilder(256).append(' ').append(id);
        if (written.isEmpty()) {
            return HeaderField.of(name, value.append("; none").toString());
        }
        for (List<String> parts : written) {
            value.append(";\r\n ");
            appendFolded(value, parts);
        }
        return HeaderField.of(name, value.toString());
    }

    private String authservId(String id) {
        return internationalized || Ascii.isAscii(id)
                ? id
                : DomainName.parse(id).map(DomainName::toString).orElseGet(() -> FieldText.ascii(id));
    }

    /** The results, each in its unbreakable parts, as far as they fit. */
    private List<List<String>> withinBounds(List<MethodResult> results, int longest) {
        List<MethodResult> kept = new ArrayList<>(results.size());
        int dkim = 0;
        for (MethodResult result : results) {
            if (!result.is(AuthenticationMethod.DKIM) || dkim++ < MAX_DKIM_RESULTS) {
                kept.add(result);
            }
        }
        List<List<String>> written = new ArrayList<>(kept.size());
        int total = 0;
        for (MethodResult result : kept) {
            List<String> parts = parts(result);
            written.add(parts);
            total += size(parts);
        }
        for (int i = kept.size() - 1; i >= 0 && total > longest; i--) {
            if (kept.get(i).is(AuthenticationMethod.DKIM)) {
                kept.remove(i);
                total -= size(written.remove(i));
            }
        }
        while (total > longest && !written.isEmpty()) {
            total -= size(written.remove(written.size() - 1));
        }
        return written;
    }

    /** At most what the parts take in octets, folds included. */
    private static int size(List<String> parts) {
        int size = 1;
        for (String part : parts) {
            size += part.getBytes(StandardCharsets.UTF_8).length + 3;
        }
        return size;
    }

    private List<String> parts(MethodResult result) {
        List<String> parts = new ArrayList<>(result.properties().size() + 3);
        parts.add(result.method() + "=" + result.result());
        result.comment().ifPresent(text -> parts.add("(" + FieldText.escaped(allowed(text), "()") + ")"));
        result.reason().ifPresent(text -> parts.add("reason=" + quotedUnlessToken(allowed(text))));
        for (Property property : result.properties()) {
            parts.add(property.type() + "." + property.name() + "=" + value(allowed(property.value())));
        }
        return parts;
    }

    private String allowed(String text) {
        return internationalized ? text : FieldText.ascii(text);
    }

    private static String value(String text) {
        return FieldText.isPlainAddress(text) ? text : quotedUnlessToken(text);
    }

    private static String quotedUnlessToken(String text) {
        return FieldText.isToken(text) ? text : "\"" + FieldText.escaped(text, "\"") + "\"";
    }

    private static void appendFolded(StringBuilder value, List<String> parts) {
        int column = 1;
        boolean first = true;
        for (String part : parts) {
            if (!first) {
                boolean fits = column + 1 + part.length() < MAX_LINE;
                value.append(fits ? " " : "\r\n ");
                column = fits ? column + 1 : 1;
            }
            value.append(part);
            column += part.length();
            first = false;
        }
    }
}
