package org.countersign.spf;

import java.util.ArrayList;
import java.util.List;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.BoundedText;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.QuotedText;

/** Writes the Received-SPF header field (RFC 7208 §9.1). */
public final class ReceivedSpf {
    /** The name of the field. */
    public static final String NAME = "Received-SPF";

    private static final int LINE_LENGTH = 76;
    private static final int MAX_COMMENT = 400;
    private static final int MAX_VALUE = 256;

    private ReceivedSpf() {}

    /**
     * The field for a result. Text from the client or the DNS is made printable US-ASCII, shortened and quoted. So it can
     * add neither a line nor a key.
     *
     * @param receivingHost the host that did the check
     */
    public static HeaderField render(SpfResult result, SpfRequest request, DomainName receivingHost) {
        StringBuilder out = new StringBuilder(" ").append(result.keyword());
        fold(out, comment(receivingHost + ": " + result.explain()));
        List<String> pairs = new ArrayList<>();
        pairs.add("receiver=" + value(receivingHost.toString()));
        pairs.add("identity=" + result.identity().keyword());
        pairs.add("client-ip=" + value(IpNetwork.renderAddress(request.client())));
        if (result.identity() == SpfIdentity.MAIL_FROM) {
            pairs.add("envelope-from=" + quoted(request.sender()));
        }
        pairs.add("helo=" + value(request.helo()));
        pairs.add(result.problem()
                .map(problem -> "problem=" + value(problem.keyword()))
                // RFC 7208 §9.1: "default" if no mechanism matched.
                .orElseGet(() -> "mechanism="
                        + value(result.mechanism().map(ReceivedSpf::unqualified).orElse("default"))));
        for (int i = 0; i < pairs.size(); i++) {
            out.append("\r\n ").append(pairs.get(i)).append(i < pairs.size() - 1 ? ";" : "");
        }
        return HeaderField.of(NAME, out.toString());
    }

    /** The mechanism of a directive (RFC 7208 §4.6.1). The result of the field already tells the qualifier. */
    private static String unqualified(String directive) {
        return "+-~?".indexOf(directive.charAt(0)) >= 0 ? directive.substring(1) : directive;
    }

    /** RFC 5322 §3.2.2: parentheses and backslashes are quoted. The text is already printable. */
    private static String comment(String text) {
        StringBuilder out = new StringBuilder("(");
        String shown = BoundedText.truncate(text, MAX_COMMENT);
        for (int i = 0; i < shown.length(); i++) {
            char c = shown.charAt(i);
            if (c == '(' || c == ')' || c == '\\') {
                out.append('\\');
            }
            out.append(c);
        }
        return out.append(')').toString();
    }

    /** Appends text, folded at a space before each word that would exceed the length of a line. */
    private static void fold(StringBuilder out, String text) {
        int column = NAME.length() + 1 + out.length();
        int from = 0;
        while (from < text.length()) {
            int space = text.indexOf(' ', from);
            int to = space < 0 ? text.length() : space;
            // Not before another space, so that no line consists of spaces only.
            if (to > from && column + 1 + to - from > LINE_LENGTH) {
                out.append("\r\n");
                column = 0;
            }
            out.append(' ').append(text, from, to);
            column += 1 + to - from;
            from = to + 1;
        }
    }

    private static String value(String text) {
        return isDotAtom(text) ? text : quoted(text);
    }

    private static boolean isDotAtom(String text) {
        int atom = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                if (atom == 0) {
                    return false;
                }
                atom = 0;
            } else if (Ascii.isAlphaNumeric(c) || c == '-' || c == '_') {
                atom++;
            } else {
                return false;
            }
        }
        return atom > 0 && text.length() <= MAX_VALUE;
    }

    private static String quoted(String text) {
        // Shortened again, because escapes make the text longer.
        return QuotedText.quotedString(BoundedText.truncate(Escapes.printable(text, MAX_VALUE), MAX_VALUE));
    }
}
