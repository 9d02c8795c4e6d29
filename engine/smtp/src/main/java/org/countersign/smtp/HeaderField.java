package org.countersign.smtp;

import java.util.Arrays;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/**
 * One header field with the octets it was received with: name, colon, value, folds as CRLF and white
 * space, without the CRLF at its end.
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
     * A field from its two halves.
     *
     * @param name what stands before the colon, white space there included
     * @param value what stands behind it, leading white space included; folds may be LF or CRLF and become
     *     CRLF, the form in transit
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
     * A field as it came, without a copy: the caller gives up writing to the array.
     *
     * @param raw name, colon and value, folds as CRLF, without the CRLF at its end
     * @param colon index of the colon
     */
    public static HeaderField wrap(byte[] raw, int colon) {
        return new HeaderField(raw, colon);
    }

    /**
     * Whether a line can begin a header field: visible US-ASCII characters but no colon, perhaps blanks, a colon. Mail
     * servers take everything else for the body.
     *
     * @return where the colon is, or -1
     */
    public static int colon(byte[] line, int from, int to) {
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

    /** {@link #of(Octets, Octets)} for text that we wrote; characters above U+007F become UTF-8. */
    public static HeaderField of(String name, String value) {
        return of(Octets.utf8(name), Octets.utf8(value));
    }

    /** Whether the name is this one, the case of letters and white space before the colon aside. */
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
     * Whether some program may take the name for this one: one that passes over what is not visible US-ASCII, or that
     * ends a name there. Linear.
     */
    public boolean mayBeReadAs(String name) {
        return readsAs(name, 0);
    }

    /**
     * Whether some program that ends lines at CR, LF or NUL alone may find a field of this name within this one, behind
     * a {@link StrayOctet}. Linear.
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
     * The index in {@link #raw} of the first {@link StrayOctet} that is not before {@code from}; -1 where there is none.
     */
    public int strayOctet(int from) {
        return StrayOctet.next(raw, from);
    }

    /** The name as written, without white space before the colon; ISO-8859-1 for octets above 127. */
    public String name() {
        return Octets.wrap(raw).slice(0, nameEnd).latin1();
    }

    /** The {@link #name} with {@code A-Z} as {@code a-z}. */
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

    /** A hash of {@link #lowerName}, without making it; another one for each seed. */
    public int nameHash(int seed) {
        int hash = seed;
        for (int i = 0; i < nameEnd; i++) {
            hash = mixed(hash, Ascii.lower(raw[i] & 0xFF));
        }
        return hash;
    }

    /** The {@link #nameHash(int)} of a field whose {@link #lowerName} is this. */
    public static int nameHash(String lowerName, int seed) {
        int hash = seed;
        for (int i = 0; i < lowerName.length(); i++) {
            hash = mixed(hash, lowerName.charAt(i));
        }
        return hash;
    }

    private static int mixed(int hash, int octet) {
        int product = (hash ^ octet) * 0x9E3779B1;
        return product ^ product >>> 15;
    }

    /** What stands behind the colon, leading white space and folds included. */
    public Octets value() {
        return Octets.wrap(raw).from(colon + 1);
    }

    /** The whole field, without the CRLF at its end. */
    public Octets raw() {
        return Octets.wrap(raw);
    }

    /** Length in octets, with the CRLF at its end. */
    public int size() {
        return raw.length + 2;
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
