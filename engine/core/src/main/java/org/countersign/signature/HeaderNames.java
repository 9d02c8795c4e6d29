package org.countersign.signature;

import java.util.List;
import java.util.Optional;
import org.countersign.keys.SignatureFailure;
import org.countersign.keys.SignatureProblem;
import org.countersign.keys.TagValues;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/**
 * The names of the {@code h=} tag (RFC 6376 §3.5). They are counted and checked first, and become strings only when they are
 * needed, because the names of many signatures would need much memory.
 *
 * @param text the value of the tag; empty octets if it is missing
 * @param fromMentions the number of times that it names the From field
 * @param failure why it cannot be used; empty if it can be used
 */
record HeaderNames(Octets text, int fromMentions, Optional<SignatureFailure> failure) {
    private static final int MAX_NAMES = 256;
    private static final String FROM = "from";

    /** Counts and checks the names. Empty names are skipped. */
    static HeaderNames parse(Octets text) {
        int names = 0;
        int mentions = 0;
        int from = 0;
        while (from < text.length()) {
            if (++names > MAX_NAMES) {
                return failed(text, mentions, SignatureProblem.TOO_MANY_HEADER_NAMES, MAX_NAMES + " at most");
            }
            int colon = text.indexOf(':', from);
            int to = colon < 0 ? text.length() : colon;
            Octets name = text.slice(from, to).trimFws();
            if (!isVisible(name)) {
                return failed(text, mentions, SignatureProblem.BAD_HEADER_NAME, name.latin1());
            }
            mentions += name.equalsIgnoreCase(FROM) ? 1 : 0;
            from = to + 1;
        }
        return new HeaderNames(text, mentions, Optional.empty());
    }

    private static HeaderNames failed(Octets text, int mentions, SignatureProblem problem, String detail) {
        return new HeaderNames(text, mentions, Optional.of(new SignatureFailure(problem, detail)));
    }

    /**
     * Whether a header field can have this name (RFC 5322 §2.2). Programs differ about any other name: some remove the white
     * space in it, and then find a field.
     */
    private static boolean isVisible(Octets name) {
        for (int i = 0; i < name.length(); i++) {
            if (!Ascii.isVisible(name.at(i))) {
                return false;
            }
        }
        return true;
    }

    /** The names in lower case, in the order written. */
    List<String> toList() {
        return TagValues.list(text, Octets::lowerLatin1, MAX_NAMES);
    }
}
