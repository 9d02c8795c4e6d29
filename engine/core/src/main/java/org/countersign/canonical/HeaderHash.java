package org.countersign.canonical;

import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.countersign.crypto.Sha256;
import org.countersign.signature.SignatureTags;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;

/**
 * The hash that a signature signs (RFC 6376 §3.7): header fields in the order given, then the field that
 * holds the signature, without the signature. Knows no field by name.
 */
public final class HeaderHash {
    private static final int BUFFER = 2048;

    private final Canonicalization canonicalization;

    // Canonical octets that the digest has not got yet: many short fields are best hashed as one long piece.
    private byte[] pending;
    private int length;

    /** Of what was more than could be pending. */
    private Optional<MessageDigest> digest = Optional.empty();

    public HeaderHash(Canonicalization canonicalization) {
        this(canonicalization, new byte[BUFFER]);
    }

    /**
     * @param room to work in, of any length; free for other work once the digest is there
     */
    HeaderHash(Canonicalization canonicalization, byte[] room) {
        this.canonicalization = canonicalization;
        this.pending = room;
    }

    public HeaderHash addAll(List<HeaderField> fields) {
        fields.forEach(this::add);
        return this;
    }

    public HeaderHash add(HeaderField field) {
        Octets raw = field.raw();
        makeRoom(raw.length() + 2);
        length = append(raw);
        pending[length++] = '\r';
        pending[length++] = '\n';
        return this;
    }

    /** Makes room behind what is pending, which goes to the digest first if there is none. */
    private void makeRoom(int octets) {
        if (octets > pending.length - length) {
            release();
            if (octets > pending.length) {
                pending = new byte[Math.max(octets, BUFFER)];
            }
        }
    }

    private void release() {
        if (length > 0) {
            MessageDigest hashed = digest.orElseGet(Sha256::newDigest);
            hashed.update(pending, 0, length);
            digest = Optional.of(hashed);
            length = 0;
        }
    }

    /** Puts the canonical form behind what is pending, and returns where it ends. */
    private int append(Octets field) {
        field.copyTo(pending, length);
        return canonicalization.headerInPlace(pending, length, length + field.length());
    }

    /**
     * The digest of what was added and of the signature's own field, which ends without CRLF. May be
     * called for several signatures over the same fields.
     *
     * @param signature with its {@code b=} tag already empty, see {@link SignatureTags#withoutSignature()}
     */
    public byte[] digestWith(Octets signature) {
        makeRoom(signature.length());
        MessageDigest own = digest.map(Sha256::snapshot).orElseGet(Sha256::newDigest);
        own.update(pending, 0, append(signature));
        return own.digest();
    }
}
