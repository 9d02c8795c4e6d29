package org.countersign.reports.receive;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** The first 16 octets of SHA-256 over values, each with its length or of a fixed length. */
final class KeyDigest {
    private static final int KEY_OCTETS = 16;

    private final MessageDigest digest;

    KeyDigest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }

    KeyDigest with(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        with(octets.length);
        digest.update(octets);
        return this;
    }

    KeyDigest with(long number) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
        return this;
    }

    byte[] key() {
        return Arrays.copyOf(digest.digest(), KEY_OCTETS);
    }
}
