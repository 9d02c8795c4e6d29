package org.countersign.canonical;

import java.security.MessageDigest;
import java.util.List;
import org.countersign.crypto.Sha256;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.jspecify.annotations.Nullable;

/**
 * The hash that a signature signs (RFC 6376 §3.7): the selected header fields in order, then the field of the signature with
 * an empty {@code b=} tag. For one thread.
 */
public final class HeaderHash {
    private static final int BUFFER_SIZE = 2048;

    private final Canonicalization canonicalization;

    // Canonical octets that are not hashed yet: many short fields are best hashed as one long piece.
    private byte[] buffer;
    private int length;

    // Of the octets that did not fit into the buffer.
    private @Nullable MessageDigest digest;

    /** A hash with a buffer of its own. */
    public HeaderHash(Canonicalization canonicalization) {
        this(canonicalization, new byte[BUFFER_SIZE]);
    }

    /**
     * @param buffer to work in, of any length; may be reused after {@link #digestWith}
     */
    HeaderHash(Canonicalization canonicalization, byte[] buffer) {
        this.canonicalization = canonicalization;
        this.buffer = buffer;
    }

    /** Adds fields in this order. */
    public HeaderHash addAll(List<HeaderField> fields) {
        fields.forEach(this::add);
        return this;
    }

    /** Adds one field. */
    public HeaderHash add(HeaderField field) {
        Octets raw = field.raw();
        ensureFree(raw.length() + 2);
        length = append(raw);
        buffer[length++] = '\r';
        buffer[length++] = '\n';
        return this;
    }

    /** Hashes and empties the buffer if it has no room for this many more octets. */
    private void ensureFree(int octets) {
        if (octets > buffer.length - length) {
            flush();
            if (octets > buffer.length) {
                buffer = new byte[Math.max(octets, BUFFER_SIZE)];
            }
        }
    }

    private void flush() {
        if (length > 0) {
            MessageDigest begun = digest == null ? Sha256.newDigest() : digest;
            begun.update(buffer, 0, length);
            digest = begun;
            length = 0;
        }
    }

    /** Appends the canonical form to the buffer and returns its end. */
    private int append(Octets field) {
        field.copyTo(buffer, length);
        return canonicalization.headerInPlace(buffer, length, length + field.length());
    }

    /**
     * The digest of the fields that were added and of the signature's own field, which has no CRLF at its end. May be called
     * for several signatures over the same fields.
     *
     * @param signature the field with an empty {@code b=} tag
     */
    public byte[] digestWith(Octets signature) {
        ensureFree(signature.length());
        MessageDigest whole = digest == null ? Sha256.newDigest() : Sha256.snapshot(digest);
        whole.update(buffer, 0, append(signature));
        return whole.digest();
    }
}
