package org.countersign.reports.receive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.james.mime4j.codec.Base64InputStream;
import org.countersign.syntax.Ascii;

/**
 * Decodes base64 (RFC 2045 §6.8) that is not written as it should be: without the padding at its end, or without a field that says that it
 * is base64. The library drops the last octets of the one, and takes the other for text.
 */
final class TransferEncoding {
    // What gzip, ZIP, XML, a report and XML with a byte order mark begin with in base64.
    private static final List<String> STARTS = List.of("H4sI", "UEsD", "PD94", "PGZl", "77u/");
    private static final int GROUP = 4;

    private TransferEncoding() {}

    /** Decodes base64. What is no character of it is passed over, and what follows the padding is ignored. */
    static byte[] base64(byte[] text) throws IOException {
        int digits = 0;
        for (byte octet : text) {
            if (octet == '=') {
                return decoded(text);
            }
            if (isDigit(octet)) {
                digits++;
            }
        }
        int rest = digits % GROUP;
        // One digit alone is not an octet.
        return rest < 2 ? decoded(text) : decoded(padded(text, GROUP - rest));
    }

    private static byte[] padded(byte[] text, int padding) {
        byte[] padded = Arrays.copyOf(text, text.length + padding);
        Arrays.fill(padded, text.length, padded.length, (byte) '=');
        return padded;
    }

    private static byte[] decoded(byte[] text) throws IOException {
        try (InputStream in = new Base64InputStream(new ByteArrayInputStream(text))) {
            return in.readAllBytes();
        }
    }

    private static boolean isDigit(byte octet) {
        return Ascii.isAlphaNumeric((char) (octet & 0xFF)) || octet == '+' || octet == '/';
    }

    /** The report in a content that should be one and is base64 instead; empty if it is anything else. */
    static Optional<byte[]> undeclared(byte[] content) throws IOException {
        String start =
                new String(content, 0, Math.min(content.length, ContentKind.WINDOW), StandardCharsets.ISO_8859_1);
        return STARTS.stream().anyMatch(start.stripLeading()::startsWith)
                ? Optional.of(base64(content))
                : Optional.empty();
    }
}
