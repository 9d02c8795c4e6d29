package org.countersign.keys;

import java.math.BigInteger;
import java.util.Optional;
import org.countersign.syntax.Octets;

/**
 * Reads the few elements of DER that keys consist of, from any octets. Never throws: each step returns whether the element is there.
 * Nothing is recursive, so no nesting can exhaust the stack. Keys from the DNS are read with it, because they are hostile input.
 */
final class DerReader {
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int SEQUENCE = 0x30;

    private final Octets octets;
    private int at;

    DerReader(Octets octets) {
        this.octets = octets;
    }

    /** The content of the next element, if it is of this type; otherwise nothing is read. */
    Optional<Octets> next(int tag) {
        int start = at;
        if (remaining() < 2 || octets.at(at) != tag) {
            return Optional.empty();
        }
        int length = octets.at(at + 1);
        at += 2;
        if (length > 0x7F) {
            length = longLength(length & 0x7F);
        }
        if (length < 0 || length > remaining()) {
            at = start;
            return Optional.empty();
        }
        Octets content = octets.slice(at, at + length);
        at += length;
        return Optional.of(content);
    }

    /** A length in the long form; -1 for one that no key has. */
    private int longLength(int octetCount) {
        if (octetCount < 1 || octetCount > 3 || octetCount > remaining()) {
            return -1;
        }
        int length = 0;
        for (int i = 0; i < octetCount; i++) {
            length = length << 8 | octets.at(at++);
        }
        return length;
    }

    private int remaining() {
        return octets.length() - at;
    }

    boolean atEnd() {
        return remaining() == 0;
    }

    /** The next element as a sequence to read from. */
    Optional<DerReader> sequence() {
        return next(SEQUENCE).map(DerReader::new);
    }

    /** The next element as a non-negative number. */
    Optional<BigInteger> unsigned() {
        return next(INTEGER)
                .filter(content -> !content.isEmpty() && content.at(0) < 0x80)
                .map(content -> new BigInteger(content.toByteArray()));
    }
}
