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

    private MessageKey() {}

    /**
     * @param messageId with or without angle brackets and white space around it
     */
    static long of(String messageId) {
        String text = messageId.strip();
        if (text.startsWith("<") && text.endsWith(">")) {
            text = text.substring(1, text.length() - 1);
        }
        if (text.isEmpty()) {
            return NONE;
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
