package org.countersign.reports.collect;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.countersign.syntax.Octets;

/**
 * Computes the keys of policies and rows: the first 16 octets of SHA-256 over their fields. Each field is preceded by its
 * length, so that no two lists of fields have the same octets. Equal rows get equal keys on all hosts.
 */
final class RowDigest {
    private static final int KEY_OCTETS = 16;
    // Changes with the fields or their order, so that old and new keys do not meet.
    private static final byte VERSION = 1;

    private final MessageDigest sha256;

    RowDigest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
        sha256.update(VERSION);
    }

    RowDigest add(String field) {
        byte[] octets = field.getBytes(StandardCharsets.UTF_8);
        return add(octets.length).update(octets);
    }

    RowDigest add(int number) {
        return update(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    }

    private RowDigest update(byte[] octets) {
        sha256.update(octets);
        return this;
    }

    /** The key. The fields are gone afterwards. */
    Octets key() {
        return Octets.wrap(Arrays.copyOf(sha256.digest(), KEY_OCTETS));
    }
}
