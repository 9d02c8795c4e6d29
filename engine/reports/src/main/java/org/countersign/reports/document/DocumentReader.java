package org.countersign.reports.document;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.countersign.syntax.Ascii;

/**
 * The characters of a document, without a byte order mark and white space at the start. The encoding is that of the byte order
 * mark, or the declared one as far as it can be true, or UTF-8. It fails with {@link RefusedDocument} beyond a size.
 */
final class DocumentReader extends Reader {
    /** Stands for octets that are not of the encoding, where the reader is lenient. XML does not allow this character. */
    static final char BAD_OCTETS = '\uFFFE';

    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final int LOOK_AHEAD = 1024;

    private final Reader in;
    private final boolean contradictory;
    private boolean started;

    /**
     * Opens a document.
     *
     * @param strict whether octets that are not of the encoding are a failure
     * @throws IOException of the source
     */
    static DocumentReader open(ReportSource source, long maxOctets, boolean strict) throws IOException {
        InputStream octets = source.open();
        try {
            return new DocumentReader(new BufferedInputStream(new BoundedStream(octets, maxOctets)), strict);
        } catch (IOException | RuntimeException e) {
            octets.close();
            throw e;
        }
    }

    private DocumentReader(BufferedInputStream octets, boolean strict) throws IOException {
        octets.mark(LOOK_AHEAD);
        byte[] head = octets.readNBytes(LOOK_AHEAD);
        octets.reset();
        Encoding encoding = Encoding.of(head);
        contradictory = encoding.contradictory;
        CodingErrorAction action = strict ? CodingErrorAction.REPORT : CodingErrorAction.REPLACE;
        in = new InputStreamReader(
                octets,
                encoding.charset
                        .newDecoder()
                        .onMalformedInput(action)
                        .onUnmappableCharacter(action)
                        .replaceWith(String.valueOf(BAD_OCTETS)));
    }

    /** Whether the document declares an encoding that it does not have. */
    boolean isContradictory() {
        return contradictory;
    }

    @Override
    public int read(char[] buffer, int from, int length) throws IOException {
        if (started || length == 0) {
            return in.read(buffer, from, length);
        }
        started = true;
        int first = in.read();
        while (first == BYTE_ORDER_MARK || Character.isWhitespace(first)) {
            first = in.read();
        }
        if (first < 0) {
            return -1;
        }
        buffer[from] = (char) first;
        return 1;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private record Encoding(Charset charset, boolean contradictory) {
        // What names of encodings begin with in which the characters of markup have the octets of ASCII.
        private static final List<String> EXTENDED_ASCII = List.of(
                "iso-8859-", "latin1", "windows-125", "windows-31j", "koi8-", "gb", "big5", "shift_jis", "euc-");

        private static Encoding of(byte[] head) {
            for (WideEncoding wide : WideEncoding.values()) {
                if (wide.begins(head)) {
                    Charset charset = wide.charset();
                    String declared = declared(new String(head, charset));
                    return new Encoding(charset, !declared.isEmpty() && !declared.startsWith(wide.family));
                }
            }
            String declared = declared(new String(head, StandardCharsets.ISO_8859_1));
            if (declared.isEmpty() || declared.equals("utf-8") || declared.equals("utf8")) {
                return new Encoding(StandardCharsets.UTF_8, false);
            }
            // ASCII is a part of UTF-8, and beyond it nothing else is more likely.
            if (declared.equals("us-ascii") || declared.equals("ascii")) {
                return new Encoding(StandardCharsets.UTF_8, false);
            }
            boolean possible = EXTENDED_ASCII.stream().anyMatch(declared::startsWith);
            boolean marked = head.length >= 2 && head[0] == (byte) 0xEF && head[1] == (byte) 0xBB;
            return possible && !marked && Charset.isSupported(declared)
                    ? new Encoding(Charset.forName(declared), false)
                    : new Encoding(StandardCharsets.UTF_8, true);
        }

        // In lower case; empty if there is none, or only characters that no name of an encoding has.
        private static String declared(String head) {
            int from = head.indexOf("<?xml");
            int to = from < 0 ? -1 : head.indexOf("?>", from);
            int at = to < 0 ? -1 : head.substring(0, to).indexOf("encoding", from);
            if (at < 0) {
                return "";
            }
            StringBuilder name = new StringBuilder();
            for (int i = at + "encoding".length(); i < to; i++) {
                char c = head.charAt(i);
                if (Ascii.isAlphaNumeric(c) || c == '-' || c == '_') {
                    name.append((char) Ascii.lower(c));
                } else if (!name.isEmpty()) {
                    break;
                }
            }
            return name.toString();
        }
    }

    /** Encodings in which a character of markup has several octets (XML 1.0, appendix F). The longer ones come first. */
    private enum WideEncoding {
        UTF_32BE("utf-32"),
        UTF_32LE("utf-32"),
        UTF_16BE("utf-16"),
        UTF_16LE("utf-16");

        private final String family;

        WideEncoding(String family) {
            this.family = family;
        }

        private Charset charset() {
            return Charset.forName(name().replace('_', '-'));
        }

        private boolean begins(byte[] head) {
            return startsWith(head, String.valueOf(BYTE_ORDER_MARK)) || startsWith(head, "<");
        }

        private boolean startsWith(byte[] head, String text) {
            byte[] start = text.getBytes(charset());
            return head.length >= start.length && Arrays.equals(head, 0, start.length, start, 0, start.length);
        }
    }

    private static final class BoundedStream extends FilterInputStream {
        private long left;

        private BoundedStream(InputStream in, long max) {
            super(in);
            left = max;
        }

        @Override
        public int read() throws IOException {
            int octet = in.read();
            count(octet < 0 ? 0 : 1);
            return octet;
        }

        @Override
        public int read(byte[] buffer, int from, int length) throws IOException {
            int read = in.read(buffer, from, length);
            count(Math.max(read, 0));
            return read;
        }

        private void count(int octets) throws RefusedDocument {
            left -= octets;
            if (left < 0) {
                throw new RefusedDocument(Refusal.TOO_LARGE, "");
            }
        }
    }
}
