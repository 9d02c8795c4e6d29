package org.countersign.james.message;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.countersign.james.message.MimePart.Encoding;
import org.countersign.james.message.MimePart.Kind;
import org.countersign.syntax.Ascii;

/**
 * Re-encodes the 8-bit parts of a message, so that no mail server on the way has to, after it was signed (RFC 6376
 * §5.3): text as quoted-printable, everything else as base64. Only the octets of those parts and their
 * Content-Transfer-Encoding change; what is signed by S/MIME or PGP, or cannot be read, stays as it is.
 */
public final class SevenBitEncoder {
    private static final String ENCODING = "content-transfer-encoding";

    // By number of part.
    private final List<MimePart> parts = new ArrayList<>();
    private final List<Integer> parents = new ArrayList<>();
    private final BitSet eightBit = new BitSet();
    private final BitSet longLines = new BitSet();
    // Parts, and all that they are within, that stay 8-bit.
    private final BitSet stuck = new BitSet();

    private SevenBitEncoder() {}

    /**
     * Looks through a message.
     *
     * @param message with CRLF line ends only
     */
    public static SevenBitEncoder plan(InputStream message) throws IOException {
        SevenBitEncoder form = new SevenBitEncoder();
        MimeWalk.walk(message, form.new Survey());
        return form;
    }

    /** Whether there is anything to change. */
    public boolean changesAnything() {
        for (int part = 0; part < parts.size(); part++) {
            if (change(part).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Writes the message in this form.
     *
     * @param message the one that the plan was made for
     */
    public void write(InputStream message, OutputStream out) throws IOException {
        MimeWalk.walk(message, new Rewriting(out));
    }

    /** The Content-Transfer-Encoding that a part gets; empty where it keeps what it has. */
    private Optional<String> change(int part) {
        MimePart what = parts.get(part);
        if (what.kind() instanceof Kind.Leaf) {
            boolean encoded = eightBit.get(part) || (what.encoding() == Encoding.BINARY && longLines.get(part));
            if (encoded) {
                return Optional.of(what.text() ? "quoted-printable" : "base64");
            }
        }
        boolean claims = what.encoding() == Encoding.EIGHT_BIT || what.encoding() == Encoding.BINARY;
        return claims && !stuck.get(part) ? Optional.of("7bit") : Optional.empty();
    }

    private static boolean hasEightBit(byte[] octets, int length) {
        for (int i = 0; i < length; i++) {
            if (octets[i] < 0) {
                return true;
            }
        }
        return false;
    }

    private final class Survey implements MimeWalk.Visitor {
        private static final int MAX_LINE = 998;

        private int line;

        @Override
        public void header(int part, int parent, MimePart what, byte[] octets) {
            parts.add(what);
            parents.add(parent);
            line = 0;
            if (parent >= 0 && hasEightBit(octets, octets.length)) {
                stick(parent);
            }
        }

        @Override
        public void body(int part, byte[] octets, int length) {
            boolean lineEnd = length == 2 && octets[0] == '\r' && octets[1] == '\n';
            line = lineEnd ? 0 : line + length;
            if (line > MAX_LINE) {
                longLines.set(part);
            }
            if (hasEightBit(octets, length)) {
                if (parts.get(part).kind() instanceof Kind.Leaf) {
                    eightBit.set(part);
                } else {
                    stick(part);
                }
            }
        }

        private void stick(int part) {
            for (int at = part; at >= 0 && !stuck.get(at); at = parents.get(at)) {
                stuck.set(at);
            }
        }

        @Override
        public void endOfBody(int part) {
            // Nothing is kept open.
        }

        @Override
        public void delimiter(byte[] octets, int length) {
            // Delimiters are US-ASCII, being equal to a boundary of a header.
        }
    }

    private final class Rewriting implements MimeWalk.Visitor {
        private final OutputStream out;
        private Optional<OutputStream> encoder = Optional.empty();

        Rewriting(OutputStream out) {
            this.out = out;
        }

        @Override
        public void header(int part, int parent, MimePart what, byte[] octets) throws IOException {
            Optional<String> encoding = change(part);
            out.write(encoding.isPresent() ? withEncoding(octets, encoding.get()) : octets);
            encoder = switch (encoding.orElse("")) {
                case "quoted-printable" -> Optional.of(new QuotedPrintableOutput(out));
                case "base64" -> Optional.of(Base64.getMimeEncoder().wrap(new Unclosed(out)));
                default -> Optional.empty();
            };
        }

        @Override
        public void body(int part, byte[] octets, int length) throws IOException {
            encoder.orElse(out).write(octets, 0, length);
        }

        @Override
        public void endOfBody(int part) throws IOException {
            if (encoder.isPresent()) {
                encoder.get().close();
                encoder = Optional.empty();
            }
        }

        @Override
        public void delimiter(byte[] octets, int length) throws IOException {
            out.write(octets, 0, length);
        }
    }

    /** Puts one field in the place of those that say how the body is encoded. */
    private static byte[] withEncoding(byte[] header, String encoding) {
        ByteArrayOutputStream changed = new ByteArrayOutputStream(header.length + 48);
        String ours = "Content-Transfer-Encoding: " + encoding + "\r\n";
        boolean written = false;
        boolean dropping = false;
        int start = 0;
        String text = new String(header, StandardCharsets.ISO_8859_1);
        while (start < text.length()) {
            int end = text.indexOf("\r\n", start);
            String line = text.substring(start, end < 0 ? text.length() : end + 2);
            start += line.length();
            dropping = Ascii.isWsp(line.charAt(0)) ? dropping : MimePart.isField(line, ENCODING);
            boolean write = !written && (dropping || line.equals("\r\n"));
            if (write) {
                changed.writeBytes(ours.getBytes(StandardCharsets.US_ASCII));
                written = true;
            }
            if (!dropping) {
                changed.writeBytes(line.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        return changed.toByteArray();
    }

    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] octets, int offset, int length) throws IOException {
            out.write(octets, offset, length);
        }

        @Override
        public void close() {
            // The message goes on behind the part.
        }
    }
}
