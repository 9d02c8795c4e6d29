package org.countersign.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The result of looking for mbox separators: lines {@code From address date} above each message (RFC 4155).
 *
 * @param messages number of messages; 0 if the file is not an mbox file
 * @param lineOctets size of the first separator with its line end, in octets; 0 if there is none
 */
record Mbox(int messages, int lineOctets) {
    private static final String FROM = "From ";
    private static final int MAX_LINE = 512;
    private static final List<String> DAYS = List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
    private static final List<String> MONTHS =
            List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

    /** Counts the messages. Reads only the first line unless it is a separator. */
    static Mbox scan(InputStream in) throws IOException {
        Line first = Line.read(in);
        if (!first.text().startsWith(FROM) && !first.text().startsWith(">" + FROM)) {
            return new Mbox(0, 0);
        }
        int messages = 1;
        boolean empty = false;
        for (Line line = Line.read(in); line.octets() > 0; line = Line.read(in)) {
            if (empty && isSeparator(line.text())) {
                messages++;
            }
            empty = line.text().isEmpty();
        }
        return new Mbox(messages, first.octets());
    }

    /**
     * Whether a line separates messages. The test is stricter than that of the first line, because a line of the body
     * may begin with "From " too.
     */
    private static boolean isSeparator(String line) {
        if (!line.startsWith(FROM)) {
            return false;
        }
        List<String> words = List.of(line.trim().split(" +", -1));
        for (int i = 2; i + 1 < words.size(); i++) {
            if (DAYS.contains(words.get(i)) && MONTHS.contains(words.get(i + 1))) {
                return true;
            }
        }
        return false;
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
