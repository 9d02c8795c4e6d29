package org.countersign.dkim;

import java.util.Optional;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/** How much a message may change in transit before its signature breaks (RFC 6376 §3.4). */
public enum Canonicalization {
    SIMPLE,
    RELAXED;

    /** As the {@code c=} tag has it. */
    public String tag() {
        return this == SIMPLE ? "simple" : "relaxed";
    }

    /** Reads what stands in the {@code c=} tag. */
    public static Optional<Canonicalization> named(String tag) {
        return switch (tag) {
            case "simple" -> Optional.of(SIMPLE);
            case "relaxed" -> Optional.of(RELAXED);
            default -> Optional.empty();
        };
    }

    /**
     * The canonical form of a header field.
     *
     * @param field name, colon and value, folds as CRLF, without the CRLF at its end
     * @return likewise without the CRLF at its end
     */
    public Octets header(Octets field) {
        return this == SIMPLE ? field : relaxedHeader(field);
    }

    // RFC 6376 §3.4.2
    private static Octets relaxedHeader(Octets field) {
        int colon = field.indexOf(':', 0);
        int nameEnd = colon < 0 ? field.length() : colon;
        while (nameEnd > 0 && Ascii.isWsp(field.at(nameEnd - 1))) {
            nameEnd--;
        }
        byte[] out = new byte[field.length()];
        int length = 0;
        while (length < nameEnd) {
            out[length] = (byte) Ascii.lower(field.at(length));
            length++;
        }
        if (colon >= 0) {
            out[length++] = ':';
            length = relaxedValue(field, colon + 1, out, length);
        }
        return Octets.wrap(out).slice(0, length);
    }

    private static int relaxedValue(Octets field, int from, byte[] out, int start) {
        int length = start;
        boolean space = false;
        for (int i = from; i < field.length(); i++) {
            int octet = field.at(i);
            if (Ascii.isWsp(octet)) {
                space = true;
            } else if (octet == '\r' && i + 1 < field.length() && field.at(i + 1) == '\n') {
                // A fold; a CR or LF by itself is an octet like any other.
                i++;
            } else {
                if (space && length > start) {
                    out[length++] = ' ';
                }
                space = false;
                out[length++] = (byte) octet;
            }
        }
        return length;
    }

    /** A canonicalizer for one body, which writes to this sink. */
    BodyCanonicalizer body(BodySink sink) {
        return this == SIMPLE ? new SimpleBody(sink) : new RelaxedBody(sink);
    }
}
