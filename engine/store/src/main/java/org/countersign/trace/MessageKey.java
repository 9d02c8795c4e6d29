package org.countersign.trace;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The number by which a message is found from its Message-ID: the first 64 bits of its SHA-256. An index of texts that
 * senders choose, of up to a thousand octets each, would be larger than the rest of the table.
 */
final class MessageKey {
    /** The key of messages without a Message-ID. */
    static final long NONE = 0;

    // A front end keeps the first 256 octets of a Message-ID, with its angle brackets.
    private static final int MAX_LENGTH = 254;

    private MessageKey() {}

    /**
     * The key of a Message-ID.
     *
     * @param messageId one character for each octet, with or without angle brackets and white space around it
     */
    static long of(String messageId) {
        String stripped = messageId.strip();
        int begin = stripped.startsWith("<") ? 1 : 0;
        int end = stripped.endsWith(">") ? stripped.length() - 1 : stripped.length();
        if (begin >= end) {
            return NONE;
        }
        String text = stripped.substring(begin, Math.min(end, begin + MAX_LENGTH));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.ISO_8859_1));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
