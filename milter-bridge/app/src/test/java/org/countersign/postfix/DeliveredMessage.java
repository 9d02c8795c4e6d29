package org.countersign.postfix;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A message that a mail server delivered, with the CRLF line ends that it had in SMTP. */
public final class DeliveredMessage {
    private final Optional<Path> file;
    private final byte[] octets;

    private DeliveredMessage(Optional<Path> file, byte[] octets) {
        this.file = file;
        this.octets = octets;
    }

    static DeliveredMessage read(Path file) throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (byte octet : Files.readAllBytes(file)) {
            if (octet == '\n') {
                octets.write('\r');
            }
            octets.write(octet);
        }
        return new DeliveredMessage(Optional.of(file), octets.toByteArray());
    }

    /** A message that came over SMTP, in ISO-8859-1. */
    public static DeliveredMessage overSmtp(String message) {
        return new DeliveredMessage(Optional.empty(), message.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The file in the maildir. */
    Path file() {
        return file.orElseThrow();
    }

    /** The whole message, including the fields that Postfix added on top. */
    public byte[] octets() {
        return octets.clone();
    }

    /** The message in ISO-8859-1, one character for each octet. */
    public String text() {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    /** Whole header fields from the top, folds kept as CRLF and white space, without the last CRLF. */
    public List<String> fields() {
        List<String> fields = new ArrayList<>();
        String text = text();
        for (String line : text.substring(0, text.indexOf("\r\n\r\n")).split("\r\n", -1)) {
            if (!fields.isEmpty() && (line.startsWith(" ") || line.startsWith("\t"))) {
                fields.add(fields.removeLast() + "\r\n" + line);
            } else {
                fields.add(line);
            }
        }
        return List.copyOf(fields);
    }

    /** The value of each field of this name from the top, unfolded and stripped. */
    public List<String> values(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        return fields().stream()
                .filter(field -> field.toLowerCase(Locale.ROOT).startsWith(start))
                .map(field ->
                        field.substring(start.length()).replace("\r\n", "").strip())
                .toList();
    }

    /** The body, after the empty line. */
    public String body() {
        String text = text();
        return text.substring(text.indexOf("\r\n\r\n") + 4);
    }

    @Override
    public String toString() {
        return text();
    }
}
