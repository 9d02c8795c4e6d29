package org.countersign.james.message;

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
import org.countersign.MessageLimits;
import org.countersign.message.MessageReader;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/**
 * Copies a message and edits its header section. All other octets are copied unchanged, because rewriting them would
 * break signatures. Header fields are recognized exactly as {@link MessageReader} does. Every later reader of the copy
 * finds the same header section: a missing empty line after it is added. Octets at which a mail API would end a line are
 * replaced (see {@link HeaderSanitizer}). Only the beginning of a field is kept in memory.
 */
public final class HeaderEditor {
    /**
     * The longest field to read, in octets: one more than the limit of a whole header section. A longer field makes the
     * header section too large, instead of being truncated without notice.
     */
    public static final int MAX_FIELD = MessageLimits.DEFAULT.headerOctets() + 1;

    private static final byte[] CRLF = {'\r', '\n'};
    private static final String MBOX_SEPARATOR = "From ";

    private final BufferedInputStream in;
    private final OutputStream body;
    private final HeaderSanitizer out;
    private final Map<String, Set<Integer>> removals = new HashMap<>();
    private final Map<String, Integer> seen = new HashMap<>();
    private final ByteArrayOutputStream beginning = new ByteArrayOutputStream(128);

    private HeaderEditor(InputStream message, List<HeaderEdit> edits, OutputStream out) {
        this.in = new BufferedInputStream(message);
        this.body = out;
        this.out = new HeaderSanitizer(out);
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
     * @param above how many octets are above the part that the edits refer to; none of them is removed, and they stay
     *     below the fields that are added
     */
    public static void copy(InputStream message, long above, List<HeaderEdit> edits, OutputStream to)
            throws IOException {
        BufferedOutputStream out = new BufferedOutputStream(to);
        HeaderEditor editor = new HeaderEditor(message, edits, out);
        for (HeaderEdit edit : edits) {
            if (edit instanceof HeaderEdit.Prepend(HeaderField field)) {
                out.write(field.raw().toByteArray());
                out.write(CRLF);
            }
        }
        editor.copyAbove(above);
        editor.headers();
        editor.out.end();
        editor.in.transferTo(out);
        out.flush();
    }

    private void copyAbove(long octets) throws IOException {
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

    /** Copies or removes a field; false at the beginning of the body, whose first octets are then copied. */
    private boolean field() throws IOException {
        beginning.reset();
        boolean ended = false;
        int octet = 0;
        while (!ended && octet != ':' && mayBeName(octet)) {
            octet = in.read();
            beginning.write(octet);
            ended = endsField(octet);
        }
        byte[] octets = beginning.toByteArray();
        boolean tooLong = octets.length >= MAX_FIELD;
        if (!tooLong && HeaderField.indexOfColon(octets, 0, octets.length) < 0) {
            out.write(CRLF);
            body.write(octets);
            return false;
        }
        boolean keep = !isRemoved(name());
        if (keep) {
            out.write(octets);
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

    /** Whether more octets are needed to decide whether the line begins a field. */
    private boolean mayBeName(int octet) {
        return beginning.size() < MAX_FIELD && (beginning.size() == 0 || Ascii.isVisible(octet) || Ascii.isWsp(octet));
    }

    /** Whether the next octets are these, ignoring case. */
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
        Octets octets = Octets.wrap(beginning.toByteArray());
        int colon = octets.indexOf(':', 0);
        if (colon >= 0) {
            return HeaderField.of(octets.slice(0, colon), Octets.EMPTY).lowerName();
        }
        // A line that is too long for a field counts as a name without a value.
        return HeaderField.of(octets, Octets.EMPTY).lowerName();
    }

    /** Whether the octet just read is the last one of the field. */
    private boolean endsField(int octet) throws IOException {
        int next = peek(0);
        return next < 0 || (octet == '\n' && next != ' ' && next != '\t');
    }

    private boolean isAtEmptyLine() throws IOException {
        return peek(0) == '\n' || (peek(0) == '\r' && peek(1) == '\n');
    }

    /** Returns the octet after the next {@code skipped} ones without consuming it, or -1 at the end. */
    private int peek(int skipped) throws IOException {
        in.mark(2);
        int octet = in.read();
        for (int i = 0; i < skipped && octet >= 0; i++) {
            octet = in.read();
        }
        in.reset();
        return octet;
    }
}
