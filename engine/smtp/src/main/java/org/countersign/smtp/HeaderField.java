package org.countersign.smtp;

import java.util.Arrays;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/**
 * One header field with its octets as received: name, colon and value, with folds as CRLF and white space, without the
 * CRLF at its end.
 */
public final class HeaderField {
    private final byte[] raw;
    private final int colon;
    private final int nameEnd;

    private HeaderField(byte[] raw, int colon) {
        this.raw = raw;
        this.colon = colon;
        int end = colon;
        while (end > 0 && Ascii.isWsp(raw[end - 1])) {
            end--;
        }
        this.nameEnd = end;
    }

    /**
     * Creates a field from its name and value.
     *
     * @param name the octets before the colon, including white space there
     * @param value the octets after the colon, including leading white space; folds may be LF or CRLF, and become CRLF
     */
    public static HeaderField of(Octets name, Octets value) {
        int bareLineFeeds = 0;
        for (int at = nextBareLineFeed(value, 0); at >= 0; at = nextBareLineFeed(value, at + 1)) {
            bareLineFeeds++;
        }
        byte[] raw = new byte[name.length() + 1 + value.length() + bareLineFeeds];
        name.copyTo(raw, 0);
        raw[name.length()] = ':';
        int to = name.length() + 1;
        int from = 0;
        for (int at = nextBareLineFeed(value, 0); at >= 0; at = nextBareLineFeed(value, at + 1)) {
            value.slice(from, at).copyTo(raw, to);
            to += at - from;
            raw[to++] = '\r';
            from = at;
        }
        value.from(from).copyTo(raw, to);
        return new HeaderField(raw, name.length());
    }

    private static int nextBareLineFeed(Octets value, int from) {
        int at = value.indexOf('\n', from);
        while (at > 0 && value.at(at - 1) == '\r') {
            at = value.indexOf('\n', at + 1);
        }
        return at;
    }

    /**
     * Creates a field from its octets without copying them. The caller must not change the array afterwards.
     *
     * @param raw name, colon and value, with folds as CRLF, without the CRLF at its end
     * @param colon the index of the colon
     */
    public static HeaderField wrap(byte[] raw, int colon) {
        return new HeaderField(raw, colon);
    }

    /**
     * Finds the colon of a line that begins a header field: visible US-ASCII characters, optional white space, a colon.
     * Mail servers treat any other line as the beginning of the body.
     *
     * @return the index of the colon, or -1 if the line does not begin a header field
     */
    public static int indexOfColon(byte[] line, int from, int to) {
        int at = from;
        while (at < to && line[at] != ':' && Ascii.isVisible(line[at])) {
            at++;
        }
        int name = at;
        while (at < to && Ascii.isWsp(line[at])) {
            at++;
        }
        return name > from && at < to && line[at] == ':' ? at : -1;
    }

    /** Creates a field from generated text; characters above U+007F become UTF-8. */
    public static HeaderField of(String name, String value) {
        return of(Octets.utf8(name), Octets.utf8(value));
    }

    /** Whether the field has this name, ignoring case and white space before the colon. */
    public boolean is(String name) {
        if (nameEnd != name.length()) {
            return false;
        }
        for (int i = 0; i < nameEnd; i++) {
            if (Ascii.lower(raw[i]) != Ascii.lower(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether a program that skips characters other than visible US-ASCII, or ends the name there, could read this name.
     * Linear in the length of the field.
     */
    public boolean mayBeReadAs(String name) {
        return readsAs(name, 0);
    }

    /**
     * Whether a program that ends lines at a single CR, LF or NUL could find a field of this name within this field, after
     * a {@link StrayOctet}. Linear in the length of the field.
     */
    public boolean mayHide(String name) {
        int stray = strayOctet(0);
        while (stray >= 0) {
            int from = stray + 1;
            while (from < raw.length && !Ascii.isVisible(raw[from])) {
                from++;
            }
            if (readsAs(name, from)) {
                return true;
            }
            stray = strayOctet(from);
        }
        return false;
    }

    private boolean readsAs(String name, int from) {
        int read = 0;
        boolean ended = false;
        for (int i = from; i < raw.length && raw[i] != ':'; i++) {
            if (!Ascii.isVisible(raw[i])) {
                ended = read == name.length();
            } else if (read == name.length()) {
                return ended;
            } else if (Ascii.lower(raw[i]) != Ascii.lower(name.charAt(read++))) {
                return false;
            }
        }
        return read == name.length();
    }

    /**
     * The index in {@link #raw} of the first {@link StrayOctet} at or after {@code from}, or -1.
     */
    public int strayOctet(int from) {
        return StrayOctet.next(raw, from);
    }

    /** The name as written, without white space before the colon; ISO-8859-1 for octets above 127. */
    public String name() {
        return Octets.wrap(raw).slice(0, nameEnd).latin1();
    }

    /** The {@link #name} in lower case (US-ASCII letters only). */
    public String lowerName() {
        return Octets.wrap(raw).slice(0, nameEnd).lowerLatin1();
    }

    /** Whether {@link #lowerName} is this name. */
    public boolean hasLowerName(String name) {
        if (nameEnd != name.length()) {
            return false;
        }
        for (int i = 0; i < nameEnd; i++) {
            if (Ascii.lower(raw[i] & 0xFF) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether both have the same {@link #lowerName}. */
    public boolean hasSameName(HeaderField other) {
        if (nameEnd != other.nameEnd) {
            return false;
        }
        for (int i = 0; i < nameEnd; i++) {
            if (Ascii.lower(raw[i] & 0xFF) != Ascii.lower(other.raw[i] & 0xFF)) {
                return false;
            }
        }
        return true;
    }

    /** A hash of {@link #lowerName}, computed without creating the string; it depends on the seed. */
    public int nameHash(int seed) {
        int hash = seed;
        for (int i = 0; i < nameEnd; i++) {
            hash = mix(hash, Ascii.lower(raw[i] & 0xFF));
        }
        return hash;
    }

    /** The {@link #nameHash(int)} of a field with this {@link #lowerName}. */
    public static int nameHash(String lowerName, int seed) {
        int hash = seed;
        for (int i = 0; i < lowerName.length(); i++) {
            hash = mix(hash, lowerName.charAt(i));
        }
        return hash;
    }

    private static int mix(int hash, int octet) {
        int product = (hash ^ octet) * 0x9E3779B1;
        return product ^ product >>> 15;
    }

    /** The octets after the colon, including leading white space and folds. */
    public Octets value() {
        return Octets.wrap(raw).from(colon + 1);
    }

    /** The whole field, without the CRLF at its end. */
    public Octets raw() {
        return Octets.wrap(raw);
    }

    /** The length in octets, including the CRLF at its end. */
    public int size() {
        return raw.length + 2;
    }

    /**
     * This field, or a copy of its beginning that can be kept without the rest. The copy has no white space before the colon.
     *
     * @param max the size of a field that is kept as it is; of a larger one, at most so many octets of the value are kept
     */
    public HeaderField bounded(int max) {
        Octets value = value();
        return size() <= max ? this : of(Octets.latin1(name()), value.slice(0, Math.min(max, value.length())));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeaderField that && colon == that.colon && Arrays.equals(raw, that.raw);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(raw);
    }

    @Override
    public String toString() {
        return raw().toString();
    }
}
