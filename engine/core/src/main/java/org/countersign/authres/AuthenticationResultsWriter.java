package org.countersign.authres;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.countersign.domain.DomainName;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.QuotedText;

/**
 * Writes an Authentication-Results field (RFC 8601 §2.2), with one result per line. Text from the message is a token or a
 * quoted string, and is never folded.
 *
 * <p>The field is shorter than 4 KiB. It has at most 20 DKIM results. If it is still too long, the last DKIM results are
 * omitted, and then the last results of other methods. So the most important results should be first.
 */
public final class AuthenticationResultsWriter {
    public static final String NAME = "Authentication-Results";

    /** The field that contains the results in an ARC Set (RFC 8617 §4.1.1). */
    public static final String ARC_NAME = "ARC-Authentication-Results";

    private static final int MAX_LINE = 78;
    private static final int MAX_VALUE = 4000;
    private static final int MAX_DKIM_RESULTS = 20;

    private final boolean internationalized;

    private AuthenticationResultsWriter(boolean internationalized) {
        this.internationalized = internationalized;
    }

    /**
     * The field for a message in US-ASCII. An internationalized authserv-id is converted to A-labels, and other characters
     * outside US-ASCII are replaced by {@code ?}.
     */
    public static HeaderField render(AuthenticationResults results) {
        return new AuthenticationResultsWriter(false).field(NAME, "", results);
    }

    /** The field for an internationalized message (RFC 6532, SMTPUTF8), in UTF-8. */
    static HeaderField renderInternationalized(AuthenticationResults results) {
        return new AuthenticationResultsWriter(true).field(NAME, "", results);
    }

    /**
     * The ARC-Authentication-Results field of an ARC Set, in US-ASCII.
     *
     * @param instance of the set, 1 to 50
     */
    public static HeaderField renderArc(int instance, AuthenticationResults results) {
        return new AuthenticationResultsWriter(false).field(ARC_NAME, "i=" + instance + "; ", results);
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
                : DomainName.parse(id).map(DomainName::toString).orElseGet(() -> ResultsText.ascii(id));
    }

    /** The results that fit, each as a list of parts that must not be folded. */
    private List<List<String>> withinBounds(List<MethodResult> results, int maxLength) {
        List<MethodResult> included = new ArrayList<>(results.size());
        int dkim = 0;
        for (MethodResult result : results) {
            if (!result.is(AuthenticationMethod.DKIM) || dkim++ < MAX_DKIM_RESULTS) {
                included.add(result);
            }
        }
        List<List<String>> written = new ArrayList<>(included.size());
        int total = 0;
        for (MethodResult result : included) {
            List<String> parts = parts(result);
            written.add(parts);
            total += size(parts);
        }
        for (int i = included.size() - 1; i >= 0 && total > maxLength; i--) {
            if (included.get(i).is(AuthenticationMethod.DKIM)) {
                included.remove(i);
                total -= size(written.remove(i));
            }
        }
        while (total > maxLength && !written.isEmpty()) {
            total -= size(written.remove(written.size() - 1));
        }
        return written;
    }

    /** The maximum length of the parts in octets, with folds. */
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
        result.comment().ifPresent(text -> parts.add(QuotedText.comment(allowed(text))));
        result.reason().ifPresent(text -> parts.add("reason=" + quotedUnlessToken(allowed(text))));
        for (Property property : result.properties()) {
            parts.add(property.type() + "." + property.name() + "=" + value(allowed(property.value())));
        }
        return parts;
    }

    private String allowed(String text) {
        return internationalized ? text : ResultsText.ascii(text);
    }

    private static String value(String text) {
        return ResultsText.isPlainAddress(text) ? text : quotedUnlessToken(text);
    }

    private static String quotedUnlessToken(String text) {
        return ResultsText.isToken(text) ? text : QuotedText.quotedString(text);
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
