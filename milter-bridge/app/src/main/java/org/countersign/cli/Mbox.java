package org.countersign.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.countersign.service.MboxReader;

/**
 * The result of looking for mbox separators: lines {@code From address date} above each message (RFC 4155).
 *
 * @param messages number of messages; 0 if the file is not an mbox file
 * @param lineOctets size of the first separator with its line end, in octets; 0 if there is none
 */
record Mbox(int messages, int lineOctets) {
    private static final int MAX_LINE = 512;

    /** Counts the messages. Reads only the first line unless it is a separator. */
    static Mbox scan(InputStream in) throws IOException {
        Line first = Line.read(in);
        if (!MboxReader.isFirstSeparator(first.text())) {
            return new Mbox(0, 0);
        }
        int messages = 1;
        boolean empty = false;
        for (Line line = Line.read(in); line.octets() > 0; line = Line.read(in)) {
            if (empty && MboxReader.isSeparator(line.text())) {
                messages++;
            }
            empty = line.text().isEmpty();
        }
        return new Mbox(messages, first.octets());
    }

    /**
     * @param text without the line end; the beginning of a long line
     * @param octets with the line end; 0 at the end of the file
     */
    private record Line(String text, int octets) {
        static Line read(InputStream in) throws IOException {
            ByteArrayOutputStream beginning = new ByteArrayOutputStream(128);
            int octets = 0;
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                octets++;
                if (octet == '\n') {
                    break;
                }
                if (beginning.size() < MAX_LINE) {
                    beginning.write(octet);
                }
            }
            String text = beginning.toString(StandardCharsets.ISO_8859_1);
            return new Line(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text, octets);
        }
    }
}
