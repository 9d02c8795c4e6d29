package org.countersign.canonical;

import java.util.Optional;
import org.countersign.syntax.Octets;

/** The two canonicalization algorithms: which changes in transit leave a signature valid (RFC 6376 §3.4). */
public enum Canonicalization {
    SIMPLE,
    RELAXED;

    /** The name in a {@code c=} tag. */
    public String tag() {
        return this == SIMPLE ? "simple" : "relaxed";
    }

    /** The algorithm with this name in a {@code c=} tag; empty for any other name. */
    public static Optional<Canonicalization> named(String tag) {
        return switch (tag) {
            case "simple" -> Optional.of(SIMPLE);
            case "relaxed" -> Optional.of(RELAXED);
            default -> Optional.empty();
        };
    }

    /** The algorithm with this name in a {@code c=} tag; empty for any other name. */
    public static Optional<Canonicalization> named(Octets tag) {
        return tag.is(SIMPLE.tag())
                ? Optional.of(SIMPLE)
                : tag.is(RELAXED.tag()) ? Optional.of(RELAXED) : Optional.empty();
    }

    /**
     * The canonical form of a header field.
     *
     * @param field name, colon and value, folds as CRLF, without the CRLF at its end
     * @return the canonical field, also without the CRLF at its end
     */
    public Octets header(Octets field) {
        return this == SIMPLE ? field : relaxedHeader(field);
    }

    // RFC 6376 §3.4.2
    private static Octets relaxedHeader(Octets field) {
        byte[] octets = field.toByteArray();
        return Octets.wrap(octets).slice(0, RelaxedHeader.inPlace(octets, 0, octets.length));
    }

    /**
     * Makes a header field canonical in place, which is possible because canonicalization only removes octets.
     *
     * @param octets name, colon and value, folds as CRLF, without the CRLF at its end, from {@code start} to {@code end}
     * @return the end of the canonical field
     */
    int headerInPlace(byte[] octets, int start, int end) {
        return this == SIMPLE ? end : RelaxedHeader.inPlace(octets, start, end);
    }

    /** A new canonicalizer for one body, which writes to this sink. */
    BodyCanonicalizer body(BodySink sink, BodyBuffers buffers) {
        return this == SIMPLE ? new SimpleBody(sink) : new RelaxedBody(sink, buffers);
    }
}
