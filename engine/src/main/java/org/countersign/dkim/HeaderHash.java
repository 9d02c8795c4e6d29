package org.countersign.dkim;

import java.security.MessageDigest;
import java.util.List;
import org.countersign.message.HeaderField;
import org.countersign.syntax.Octets;

/**
 * The hash that a signature signs (RFC 6376 §3.7): header fields in the order given, then the field that
 * holds the signature, without the signature. Knows no field by name.
 */
public final class HeaderHash {
    private static final byte[] CRLF = {'\r', '\n'};

    private final Canonicalization canonicalization;
    private final MessageDigest digest = Crypto.STANDARD.sha256();

    public HeaderHash(Canonicalization canonicalization) {
        this.canonicalization = canonicalization;
    }

    public HeaderHash addAll(List<HeaderField> fields) {
        fields.forEach(this::add);
        return this;
    }

    public HeaderHash add(HeaderField field) {
        canonicalization.header(field.raw()).update(digest);
        digest.update(CRLF);
        return this;
    }

    /**
     * The digest of what was added and of the signature's own field, which ends without CRLF. May be
     * called for several signatures over the same fields.
     *
     * @param signature with its {@code b=} tag already empty, see {@link SignatureTags#withoutSignature()}
     */
    public byte[] digestWith(Octets signature) {
        MessageDigest own = Crypto.copyOf(digest);
        canonicalization.header(signature).update(own);
        return own.digest();
    }
}
