package org.countersign.reports.receive;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Reads the messages of an mbox file (RFC 4155), one after the other. The file may have any size. */
final class MboxReader {
    private static final String FROM = "From ";
    private static final int MAX_SEPARATOR = 512;
    private static final List<String> DAYS = List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
    private static final List<String> MONTHS =
            List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

    private final BufferedInputStream in;
    private final int maxMessage;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean started;
    private boolean ended;

    /**
     * @param in begins with a separator
     * @param maxMessage how many octets of a message are wanted; the rest of a longer one is passed over
     */
    MboxReader(InputStream in, int maxMessage) {
        this.in = new BufferedInputStream(in, 64 * 1024);
        this.maxMessage = maxMessage;
    }

    /** The next message without its separator; empty at the end. */
    Optional<byte[]> next() throws IOException {
        if (!started) {
            started = true;
            readLine(MAX_SEPARATOR);
        }
        if (ended) {
            return Optional.empty();
        }
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        boolean empty = false;
        while (readLine(maxMessage)) {
            if (empty && isSeparator()) {
                return Optional.of(message.toByteArray());
            }
            empty = isEmptyLine();
            int room = maxMessage - message.size();
            byte[] octets = line.toByteArray();
            message.write(octets, 0, Math.min(octets.length, Math.max(room, 0)));
        }
        ended = true;
        return message.size() == 0 ? Optional.empty() : Optional.of(message.toByteArray());
    }

    /** Reads a line with its end; false at the end of the file. */
    private boolean readLine(int max) throws IOException {
        line.reset();
        int octet = in.read();
        if (octet < 0) {
            return false;
        }
        while (octet >= 0) {
            if (line.size() < max) {
                line.write(octet);
            }
            if (octet == '\n') {
                break;
            }
            octet = in.read();
        }
        return true;
    }

    private boolean isEmptyLine() {
        return line.size() <= 2 && line.toString(StandardCharsets.ISO_8859_1).isBlank();
    }

    /** Stricter than {@code From } alone, because a line of the body may begin with it too. */
    private boolean isSeparator() {
        if (line.size() > MAX_SEPARATOR) {
            return false;
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        if (!text.startsWith(FROM)) {
            return false;
        }
        List<String> words = List.of(text.strip().split(" +", -1));
        for (int i = 2; i + 1 < words.size(); i++) {
            if (DAYS.contains(words.get(i)) && MONTHS.contains(words.get(i + 1))) {
                return true;
            }
        }
        return false;
    }
}
