package org.countersign.smtp;

import java.util.Optional;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.OctetScan;

/**
 * A CR or LF that is not part of a fold, or a NUL, in a header field. Some programs end a line or a text at such an
 * octet, and others do not. So other programs may find header fields after it that this one does not (RFC 5322 §2.2).
 *
 * @param fieldName the name of the field, with a question mark for each character that is not visible US-ASCII, and
 *     truncated to 64 characters
 */
public record StrayOctet(Kind kind, String fieldName) {
    private static final int MAX_NAME = 64;

    /** The kind of octet. */
    public enum Kind {
        BARE_CR("bare CR"),
        BARE_LF("bare LF"),
        NUL("NUL");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** The name for a sentence, without an article. */
        public String text() {
            return text;
        }
    }

    public StrayOctet {
        StringBuilder shown = new StringBuilder();
        fieldName.chars().limit(MAX_NAME).forEach(c -> shown.append(Ascii.isVisible(c) ? (char) c : '?'));
        fieldName = shown.toString();
    }

    /** Finds the first stray octet in the name or the value of a field. */
    public static Optional<StrayOctet> in(HeaderField field) {
        int at = field.strayOctet(0);
        return at < 0 ? Optional.empty() : Optional.of(new StrayOctet(kind(field, at), field.name()));
    }

    private static Kind kind(HeaderField field, int at) {
        return switch (field.raw().at(at)) {
            case 0 -> Kind.NUL;
            case '\n' -> Kind.BARE_LF;
            // HeaderField writes each LF as CRLF, so this is a line end outside a fold.
            default -> at + 1 < field.raw().length() && field.raw().at(at + 1) == '\n' ? Kind.BARE_LF : Kind.BARE_CR;
        };
    }

    /**
     * Finds the first stray octet.
     *
     * @param raw a field with its folds as CRLF and white space
     * @param from the index to begin at
     * @return the index of the octet, or -1
     */
    static int next(byte[] raw, int from) {
        int at = OctetScan.indexOfLineEndOrNul(raw, from, raw.length);
        while (at < raw.length) {
            boolean fold = raw[at] == '\r' && at + 2 < raw.length && raw[at + 1] == '\n' && Ascii.isWsp(raw[at + 2]);
            if (!fold) {
                return at;
            }
            at = OctetScan.indexOfLineEndOrNul(raw, at + 2, raw.length);
        }
        return -1;
    }

    /** A description such as {@code a bare CR in the field Subject}. */
    public String describe() {
        return "a " + kind.text() + (fieldName.isEmpty() ? " in a field without a name" : " in the field " + fieldName);
    }
}
