package org.countersign.syntax;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/**
 * An immutable sequence of octets from the network, such as a header field or a TXT string. It is a window on an array that
 * must not change, so that a slice needs no copy. Two instances are equal if their octets are equal.
 */
public final class Octets {
    public static final Octets EMPTY = new Octets(new byte[0], 0, 0);

    private final byte[] array;
    private final int start;
    private final int end;

    private Octets(byte[] array, int start, int end) {
        this.array = array;
        this.start = start;
        this.end = end;
    }

    /** A copy of these octets. */
    public static Octets copyOf(byte[] octets) {
        return octets.length == 0 ? EMPTY : new Octets(octets.clone(), 0, octets.length);
    }

    /** A copy of {@code length} octets from {@code offset}. */
    public static Octets copyOf(byte[] octets, int offset, int length) {
        return new Octets(Arrays.copyOfRange(octets, offset, offset + length), 0, length);
    }

    /** These octets, without a copy. The caller must not change the array later. */
    public static Octets wrap(byte[] octets) {
        return new Octets(octets, 0, octets.length);
    }

    /** The text in UTF-8. */
    public static Octets utf8(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The text in ISO-8859-1: each character up to U+00FF becomes the octet of that number. */
    public static Octets latin1(String text) {
        return wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public int length() {
        return end - start;
    }

    public boolean isEmpty() {
        return start == end;
    }

    /** The octet at this index, 0 to 255. */
    public int at(int index) {
        return array[start + java.util.Objects.checkIndex(index, end - start)] & 0xFF;
    }

    /** The eight octets from this index on, as {@link Swar#read} returns them. */
    long word(int index) {
        java.util.Objects.checkFromIndexSize(index, Long.BYTES, end - start);
        return Swar.read(array, start + index);
    }

    /** The part from {@code from} (inclusive) to {@code to} (exclusive), without a copy. */
    public Octets slice(int from, int to) {
        java.util.Objects.checkFromToIndex(from, to, length());
        return new Octets(array, start + from, start + to);
    }

    /** The part from {@code from} (inclusive) to the end, without a copy. */
    public Octets from(int from) {
        return slice(from, length());
    }

    /** The first index at or after {@code from} that holds the octet, or -1. */
    public int indexOf(int octet, int from) {
        return from < length() ? indexOf(octet, from, length()) : -1;
    }

    /** The first index from {@code from} (inclusive) to {@code to} (exclusive) that holds the octet, or -1. */
    public int indexOf(int octet, int from, int to) {
        java.util.Objects.checkFromToIndex(from, to, length());
        int found = OctetScan.indexOf(array, octet, start + from, start + to);
        return found == start + to ? -1 : found - start;
    }

    /**
     * An index at or up to seven octets before the first octet outside U+0020 to U+007E, from {@code from} on; near the
     * length if there is none.
     */
    int nearFirstUnprintable(int from) {
        return OctetScan.nearFirstUnprintable(array, start + from, end) - start;
    }

    /** The octets without folding white space (space, tab, CR, LF) at both ends. */
    public Octets trimFws() {
        int from = start;
        int to = end;
        while (from < to && Ascii.isFws(array[from])) {
            from++;
        }
        while (to > from && Ascii.isFws(array[to - 1])) {
            to--;
        }
        return from == start && to == end ? this : new Octets(array, from, to);
    }

    /** The octets without any folding white space. */
    public Octets withoutFws() {
        int length = 0;
        byte[] out = new byte[length()];
        for (int i = start; i < end; i++) {
            int visible = OctetScan.copyVisible(array, i, end, out, length);
            length += visible;
            i += visible;
            if (i < end && !Ascii.isFws(array[i])) {
                out[length++] = array[i];
            }
        }
        return length == out.length ? this : new Octets(out, 0, length);
    }

    /** The octets of this base64 text; empty if it is not base64. Padding may be missing, white space is not allowed. */
    public Optional<Octets> decodeBase64() {
        return Base64Octets.decode(array, start, end).map(Octets::wrap);
    }

    /** Whether the octets are this US-ASCII text. */
    public boolean is(String ascii) {
        if (length() != ascii.length()) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (array[start + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the octets are this US-ASCII text, in any case. */
    public boolean equalsIgnoreCase(String ascii) {
        return length() == ascii.length() && startsWithIgnoreCase(ascii);
    }

    /** Whether the octets begin with this US-ASCII text, in any case. */
    public boolean startsWithIgnoreCase(String ascii) {
        if (length() < ascii.length()) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (Ascii.lower(array[start + i] & 0xFF) != Ascii.lower(ascii.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether no octet is above 127. */
    public boolean isAscii() {
        for (int i = start; i < end; i++) {
            if (array[i] < 0) {
                return false;
            }
        }
        return true;
    }

    /** A copy of the octets. */
    public byte[] toByteArray() {
        return Arrays.copyOfRange(array, start, end);
    }

    /** Copies the octets to an array, at this index. */
    public void copyTo(byte[] target, int at) {
        System.arraycopy(array, start, target, at, length());
    }

    /** Writes the octets to a stream. */
    public void appendTo(ByteArrayOutputStream out) {
        out.write(array, start, length());
    }

    /** Feeds the octets to a digest without copying them. */
    public void update(MessageDigest digest) {
        digest.update(array, start, length());
    }

    /** ISO-8859-1 text, with one character for each octet. */
    public String latin1() {
        return new String(array, start, length(), StandardCharsets.ISO_8859_1);
    }

    /** ISO-8859-1 text with {@code A-Z} in lower case. */
    public String lowerLatin1() {
        String known = WellKnownNames.lower(array, start, end);
        if (!known.isEmpty()) {
            return known;
        }
        byte[] lower = new byte[length()];
        for (int i = 0; i < lower.length; i++) {
            lower[i] = (byte) Ascii.lower(array[start + i]);
        }
        return new String(lower, StandardCharsets.ISO_8859_1);
    }

    /** UTF-8 text, with U+FFFD for malformed sequences. */
    public String utf8() {
        return new String(array, start, length(), StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Octets that && Arrays.equals(array, start, end, that.array, that.start, that.end);
    }

    @Override
    public int hashCode() {
        if (start == 0 && end == array.length) {
            // The same result, but several octets at a time: a key record has hundreds.
            return Arrays.hashCode(array);
        }
        int hash = 1;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + array[i];
        }
        return hash;
    }

    /** The octets as escaped, printable text, for people. */
    @Override
    public String toString() {
        return Escapes.printable(latin1());
    }
}
