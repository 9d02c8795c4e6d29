package org.countersign.keys;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import org.countersign.syntax.Octets;

/** Writes the few forms of DER that encrypted keys are kept in. */
final class DerWriter {
    private static final int NULL = 0x05;
    private static final int MIN_LONG = 0x80;

    private DerWriter() {}

    static byte[] sequence(byte[]... elements) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] element : elements) {
            content.writeBytes(element);
        }
        return element(DerReader.SEQUENCE, content.toByteArray());
    }

    static byte[] identifier(Octets content) {
        return element(DerReader.OBJECT_IDENTIFIER, content.toByteArray());
    }

    static byte[] octets(byte[] content) {
        return element(DerReader.OCTET_STRING, content);
    }

    static byte[] integer(long number) {
        return element(DerReader.INTEGER, BigInteger.valueOf(number).toByteArray());
    }

    static byte[] nothing() {
        return element(NULL, new byte[0]);
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.length;
        if (length < MIN_LONG) {
            out.write(length);
        } else {
            int octets = length < 1 << 8 ? 1 : length < 1 << 16 ? 2 : 3;
            out.write(MIN_LONG | octets);
            for (int shift = (octets - 1) * 8; shift >= 0; shift -= 8) {
                out.write(length >>> shift);
            }
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
