package org.countersign.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Whether a file is an mbox file, which has a line {@code From address date} above each message (RFC 4155).
 *
 * @param messages how many messages it holds; 0 where it is no mbox file
 * @param lineOctets how many octets the first such line has, its end included; 0 where there is none
 */
record Mbox(int messages, int lineOctets) {
    private static final String FROM = "From ";
    private static final int MAX_KEPT = 512;
    private static final List<String> DAYS = List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
    private static final List<String> MONTHS =
            List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

    /** Counts the messages; reads to the end only where the first line is the separator of an mbox file. */
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
     * Whether a line separates messages. This is stricter than for the first line, since a line of the body may begin
     * with From, too.
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
            ByteArrayOutputStream kept = new ByteArrayOutputStream(128);
            int octets = 0;
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                octets++;
                if (octet == '\n') {
                    break;
                }
                if (kept.size() < MAX_KEPT) {
                    kept.write(octet);
                }
            }
            String text = kept.toString(StandardCharsets.ISO_8859_1);
            return new Line(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text, octets);
        }
    }
}
