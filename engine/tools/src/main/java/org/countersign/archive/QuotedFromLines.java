package org.countersign.archive;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.countersign.canonical.BodyHashes;
import org.countersign.message.MessageReader;
import org.countersign.signature.SignatureTags;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;

/**
 * Finds out whether lines that begin with {@code >From } in a message of an mbox file were {@code From } when the message
 * was signed. An mbox file does not say whether its writer added the sign, but the body hash of a DKIM signature does.
 */
final class QuotedFromLines {
    private static final String SIGNATURE = "DKIM-Signature";
    private static final int MAX_SIGNATURES = 8;
    private static final int MAX_FIELD = 64 * 1024;
    private static final byte[] FROM = {'F', 'r', 'o', 'm', ' '};

    private QuotedFromLines() {}

    /** Whether a signature has the hash of the restored body, and none has the hash of the body as it is. */
    static boolean isProvedQuoted(byte[] content, byte[] restored) {
        return hasSignedBody(restored) && !hasSignedBody(content);
    }

    private static boolean hasSignedBody(byte[] message) {
        SignedBody body = new SignedBody();
        try {
            MessageReader.readFile(new ByteArrayInputStream(message), body, MAX_FIELD);
        } catch (IOException impossible) {
            throw new UncheckedIOException("an array in memory can always be read", impossible);
        }
        return body.fitsASignature();
    }

    /** The content without the first sign of each line such as {@code >From } and {@code >>From }. */
    static byte[] restored(byte[] content) {
        ByteArrayOutputStream restored = new ByteArrayOutputStream(content.length);
        int at = 0;
        while (at < content.length) {
            int end = at;
            while (end < content.length && content[end] != '\n') {
                end++;
            }
            end = Math.min(end + 1, content.length);
            int begin = isQuoted(content, at, end) ? at + 1 : at;
            restored.write(content, begin, end - begin);
            at = end;
        }
        return restored.toByteArray();
    }

    private static boolean isQuoted(byte[] content, int at, int end) {
        int from = at;
        while (from < end && content[from] == '>') {
            from++;
        }
        return from > at
                && from + FROM.length <= end
                && Arrays.equals(content, from, from + FROM.length, FROM, 0, FROM.length);
    }

    /** Hashes a body as its signatures need it. */
    private static final class SignedBody implements MessageSink {
        private final List<SignatureTags> signatures = new ArrayList<>();
        private final BodyHashes hashes = new BodyHashes();

        @Override
        public void header(HeaderField field) {
            if (field.is(SIGNATURE) && signatures.size() < MAX_SIGNATURES) {
                SignatureTags tags = SignatureTags.parse(field, List.of());
                if (tags.failure().isEmpty() && !tags.bodyHash().isEmpty()) {
                    signatures.add(tags);
                    hashes.request(tags.bodyHashRequest());
                }
            }
        }

        @Override
        public void endOfHeaders() {}

        @Override
        public void body(byte[] octets, int offset, int length) {
            if (!signatures.isEmpty()) {
                hashes.body(octets, offset, length);
            }
        }

        boolean fitsASignature() {
            return signatures.stream()
                    .anyMatch(
                            tags -> hashes.hash(tags.bodyHashRequest()).digest().equals(tags.bodyHash()));
        }
    }
}
