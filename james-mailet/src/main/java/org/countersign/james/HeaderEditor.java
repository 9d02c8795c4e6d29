package org.countersign.james;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.countersign.message.MessageReader;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/**
 * Copies a message with edits of its header section carried out, octet for octet otherwise: a mail API would write the
 * header section and perhaps the body anew, and so break signatures. Takes fields for what
 * {@link MessageReader} takes for fields, and makes every later reader of the message find the same header section. The
 * empty line below the header section is added where it is missing, and octets at which a mail API would end a line
 * become spaces (see {@link UniformLines}). Keeps no more than the beginning of a field in memory.
 */
final class HeaderEditor {
    private static final byte[] CRLF = {'\r', '\n'};
    private static final String MBOX_SEPARATOR = "From ";

    private final BufferedInputStream in;
    private final OutputStream body;
    private final UniformLines out;
    private final Map<String, Set<Integer>> removals = new HashMap<>();
    private final Map<String, Integer> seen = new HashMap<>();
    private final ByteArrayOutputStream start = new ByteArrayOutputStream(128);

    private HeaderEditor(InputStream message, List<HeaderEdit> edits, OutputStream out) {
        this.in = new BufferedInputStream(message);
        this.body = out;
        this.out = new UniformLines(out);
        for (HeaderEdit edit : edits) {
            if (edit instanceof HeaderEdit.Remove(String name, int instance)) {
                removals.computeIfAbsent(Ascii.lower(name), unused -> new HashSet<>())
                        .add(instance);
            }
        }
    }

    /**
     * Copies a message.
     *
     * @param above how many octets stand above the message that the edits speak of; none of them is removed, and
     *     they stay below fields that are put on top
     */
    static void copy(InputStream message, long above, List<HeaderEdit> edits, OutputStream to) throws IOException {
        BufferedOutputStream out = new BufferedOutputStream(to);
        HeaderEditor editor = new HeaderEditor(message, edits, out);
        for (HeaderEdit edit : edits) {
            if (edit instanceof HeaderEdit.Prepend(HeaderField field)) {
                out.write(field.raw().toByteArray());
                out.write(CRLF);
            }
        }
        editor.pass(above);
        editor.headers();
        editor.out.end();
        editor.in.transferTo(out);
        out.flush();
    }

    private void pass(long octets) throws IOException {
        for (long i = 0; i < octets; i++) {
            int octet = in.read();
            if (octet < 0) {
                return;
            }
            out.write(octet);
        }
    }

    private void headers() throws IOException {
        if (isAt(MBOX_SEPARATOR) || isAt(">" + MBOX_SEPARATOR)) {
            skipLine();
        }
        while (peek(0) >= 0 && !isAtEmptyLine()) {
            if (!field()) {
                return;
            }
        }
    }

    /** Copies a field or leaves it out; false where the body begins, whose first octets are copied then. */
    private boolean field() throws IOException {
        start.reset();
        boolean ended = false;
        int octet = 0;
        while (!ended && octet != ':' && mayBeName(octet)) {
            octet = in.read();
            start.write(octet);
            ended = endsField(octet);
        }
        byte[] beginning = start.toByteArray();
        boolean cut = beginning.length >= MailBytes.MAX_HEADER;
        if (!cut && HeaderField.colon(beginning, 0, beginning.length) < 0) {
            out.write(CRLF);
            body.write(beginning);
            return false;
        }
        boolean keep = !isRemoved(name());
        if (keep) {
            out.write(beginning);
        }
        while (!ended) {
            octet = in.read();
            ended = octet < 0 || endsField(octet);
            if (keep && octet >= 0) {
                out.write(octet);
            }
        }
        return true;
    }

    /** Whether more of the line must be read to tell whether it begins a field. */
    private boolean mayBeName(int octet) {
        return start.size() < MailBytes.MAX_HEADER
                && (start.size() == 0 || Ascii.isVisible(octet) || Ascii.isWsp(octet));
    }

    /** Whether the next octets are these, the case of letters aside. */
    private boolean isAt(String text) throws IOException {
        in.mark(text.length());
        byte[] octets = in.readNBytes(text.length());
        in.reset();
        return Octets.wrap(octets).startsWithIgnoreCase(text);
    }

    private void skipLine() throws IOException {
        int octet = in.read();
        while (octet >= 0 && octet != '\n') {
            octet = in.read();
        }
    }

    private boolean isRemoved(String name) {
        Set<Integer> instances = removals.get(name);
        return instances != null && instances.contains(seen.merge(name, 1, Integer::sum));
    }

    private String name() {
        Octets octets = Octets.wrap(start.toByteArray());
        int colon = octets.indexOf(':', 0);
        if (colon >= 0) {
            return HeaderField.of(octets.slice(0, colon), Octets.EMPTY).lowerName();
        }
        // A line that is too long for one is a name with nothing behind it.
        return HeaderField.of(octets, Octets.EMPTY).lowerName();
    }

    /** Whether the field is over with this octet, which has just been read. */
    private boolean endsField(int octet) throws IOException {
        int next = peek(0);
        return next < 0 || (octet == '\n' && next != ' ' && next != '\t');
    }

    private boolean isAtEmptyLine() throws IOException {
        return peek(0) == '\n' || (peek(0) == '\r' && peek(1) == '\n');
    }

    /** The octet that is read after so many others, or -1 at the end. */
    private int peek(int others) throws IOException {
        in.mark(2);
        int octet = in.read();
        for (int i = 0; i < others && octet >= 0; i++) {
            octet = in.read();
        }
        in.reset();
        return octet;
    }
}
