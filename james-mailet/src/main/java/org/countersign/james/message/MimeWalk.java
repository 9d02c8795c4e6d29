package org.countersign.james.message;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.countersign.james.message.MimePart.Kind;

/**
 * Reads the parts of a message (RFC 2046) from top to bottom in one pass, with at most one header section in memory.
 * The visitor gets every octet of the message exactly once and in order. Accepts any octets with CRLF line ends.
 */
final class MimeWalk {
    private static final int MAX_PARTS = 2000;
    private static final int MAX_DEPTH = 50;
    private static final int MAX_HEADER = 1 << 20;
    private static final byte[] CRLF = {'\r', '\n'};

    /** Receives the structure and the octets of the message. */
    interface Visitor {
        /**
         * Called at the end of the header section of a part.
         *
         * @param part the number of the part; 0 is the message itself
         * @param parent the number of the enclosing part, or -1
         * @param octets the header section, with the empty line after it if there is one
         */
        void header(int part, int parent, MimePart description, byte[] octets) throws IOException;

        /** Octets in the body of a part that are not in one of its own parts. */
        void body(int part, byte[] octets, int length) throws IOException;

        /** Called at the end of the body of a part that is {@link Kind.Leaf} or {@link Kind.Fixed}. */
        void endOfBody(int part) throws IOException;

        /** Octets between parts. */
        void delimiter(byte[] octets, int length) throws IOException;
    }

    /** A multipart that has not ended, or an enclosed message, which has an empty boundary. */
    private record Open(int part, String boundary) {}

    private final Visitor visitor;
    private final List<Open> open = new ArrayList<>();
    private int parts;
    private int part = -1;
    private boolean inHeader;
    private boolean single;
    private boolean lineEndHeld;
    private final ByteArrayOutputStream header = new ByteArrayOutputStream();

    private MimeWalk(Visitor visitor) {
        this.visitor = visitor;
    }

    static void walk(InputStream message, Visitor visitor) throws IOException {
        new MimeWalk(visitor).run(new LineReader(message));
    }

    private void run(LineReader lines) throws IOException {
        begin();
        while (lines.next()) {
            if (!isDelimiter(lines)) {
                inside(lines);
            }
        }
        endOfPart();
        releaseLineEnd();
    }

    private void begin() {
        part = parts++;
        inHeader = true;
        header.reset();
    }

    private void inside(LineReader lines) throws IOException {
        if (inHeader) {
            header.write(lines.octets(), 0, lines.length());
            if (lines.isBlankLine() || header.size() > MAX_HEADER) {
                endOfHeader(true);
            }
            return;
        }
        if (lineEndHeld) {
            lineEndHeld = false;
            visitor.body(part, CRLF, CRLF.length);
        }
        // The line end before a delimiter belongs to the delimiter (RFC 2046 §5.1.1).
        lineEndHeld = lines.endsLine() && lines.length() - lines.lengthOfText() == 2;
        int length = lineEndHeld ? lines.lengthOfText() : lines.length();
        if (length > 0) {
            visitor.body(part, lines.octets(), length);
        }
    }

    private void endOfHeader(boolean bodyFollows) throws IOException {
        inHeader = false;
        MimePart description = MimePart.parse(header.toByteArray());
        boolean descends = bodyFollows && parts < MAX_PARTS && open.size() < MAX_DEPTH && header.size() <= MAX_HEADER;
        if (!descends && !(description.kind() instanceof Kind.Leaf)) {
            description = new MimePart(new Kind.Fixed(), description.text(), description.encoding());
        }
        int parent = open.isEmpty() ? -1 : open.getLast().part();
        visitor.header(part, parent, description, header.toByteArray());
        single = false;
        switch (description.kind()) {
            case Kind.Multipart(String boundary) -> open.add(new Open(part, boundary));
            case Kind.Message message -> {
                open.add(new Open(part, ""));
                begin();
            }
            case Kind.Leaf leaf -> single = true;
            case Kind.Fixed fixed -> single = true;
        }
    }

    private void endOfPart() throws IOException {
        if (inHeader) {
            endOfHeader(false);
        }
        if (single) {
            visitor.endOfBody(part);
            single = false;
        }
    }

    private void releaseLineEnd() throws IOException {
        if (lineEndHeld) {
            lineEndHeld = false;
            visitor.delimiter(CRLF, CRLF.length);
        }
    }

    private boolean isDelimiter(LineReader lines) throws IOException {
        if (!lines.startsLine() || lines.length() < 3 || lines.octets()[0] != '-' || lines.octets()[1] != '-') {
            return false;
        }
        String line =
                new String(lines.octets(), 2, lines.lengthOfText() - 2, StandardCharsets.ISO_8859_1).stripTrailing();
        for (int depth = open.size() - 1; depth >= 0; depth--) {
            String boundary = open.get(depth).boundary();
            boolean closes = line.equals(boundary + "--");
            if (!boundary.isEmpty() && (closes || line.equals(boundary))) {
                cross(depth, closes, lines);
                return true;
            }
        }
        return false;
    }

    private void cross(int depth, boolean closes, LineReader lines) throws IOException {
        endOfPart();
        releaseLineEnd();
        visitor.delimiter(lines.octets(), lines.length());
        Open crossed = open.get(depth);
        open.subList(closes ? depth : depth + 1, open.size()).clear();
        if (closes) {
            // The epilogue follows.
            part = crossed.part();
        } else {
            begin();
        }
    }
}
