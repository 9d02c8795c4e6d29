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
 * Re-encodes the 8-bit parts of a message before signing, so that no mail server has to do it afterwards (RFC 6376
 * §5.3). Text becomes quoted-printable, everything else base64. Only these parts and their Content-Transfer-Encoding
 * change. Parts that are signed with S/MIME or PGP, or that cannot be parsed, are left unchanged.
 */
public final class SevenBitEncoder {
    private static final String ENCODING = "content-transfer-encoding";

    // Indexed by the number of the part.
    private final List<MimePart> parts = new ArrayList<>();
    private final List<Integer> parents = new ArrayList<>();
    private final BitSet eightBit = new BitSet();
    private final BitSet longLines = new BitSet();
    // Parts that remain 8-bit, and all parts that enclose them.
    private final BitSet remaining = new BitSet();

    private SevenBitEncoder() {}

    /**
     * Finds the parts of a message that need another encoding.
     *
     * @param message with CRLF line ends only
     */
    public static SevenBitEncoder plan(InputStream message) throws IOException {
        SevenBitEncoder encoder = new SevenBitEncoder();
        MimeWalk.walk(message, encoder.new Survey());
        return encoder;
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
     * Writes the re-encoded message.
     *
     * @param message the same message that {@link #plan} has read
     */
    public void write(InputStream message, OutputStream out) throws IOException {
        MimeWalk.walk(message, new Rewriting(out));
    }

    /** The new Content-Transfer-Encoding of a part; empty if it is unchanged. */
    private Optional<String> change(int part) {
        MimePart description = parts.get(part);
        if (description.kind() instanceof Kind.Leaf) {
            boolean encoded = eightBit.get(part) || (description.encoding() == Encoding.BINARY && longLines.get(part));
            if (encoded) {
                return Optional.of(description.text() ? "quoted-printable" : "base64");
            }
        }
        boolean claims = description.encoding() == Encoding.EIGHT_BIT || description.encoding() == Encoding.BINARY;
        return claims && !remaining.get(part) ? Optional.of("7bit") : Optional.empty();
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
        public void header(int part, int parent, MimePart description, byte[] octets) {
            parts.add(description);
            parents.add(parent);
            line = 0;
            if (parent >= 0 && hasEightBit(octets, octets.length)) {
                remain(parent);
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
                    remain(part);
                }
            }
        }

        private void remain(int part) {
            for (int at = part; at >= 0 && !remaining.get(at); at = parents.get(at)) {
                remaining.set(at);
            }
        }

        @Override
        public void endOfBody(int part) {
            // The survey has nothing to close.
        }

        @Override
        public void delimiter(byte[] octets, int length) {
            // A delimiter equals a boundary, which the survey of the header section has covered.
        }
    }

    private final class Rewriting implements MimeWalk.Visitor {
        private final OutputStream out;
        private Optional<OutputStream> encoder = Optional.empty();

        Rewriting(OutputStream out) {
            this.out = out;
        }

        @Override
        public void header(int part, int parent, MimePart description, byte[] octets) throws IOException {
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

    /** Replaces the Content-Transfer-Encoding fields by one field. */
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
            // The message continues after the part.
        }
    }
}
