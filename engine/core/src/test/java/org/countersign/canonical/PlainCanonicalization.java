package org.countersign.canonical;

import java.io.ByteArrayOutputStream;

/**
 * Both canonicalizations of RFC 6376 §3.4, one octet at a time, as the oracle of the properties: short enough to be verified by
 * reading. Keeps the whole body in memory.
 */
final class PlainCanonicalization {
    private final boolean relaxed;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int lineEnds;
    private boolean space;
    private boolean carriageReturn;

    PlainCanonicalization(Canonicalization kind) {
        this.relaxed = kind == Canonicalization.RELAXED;
    }

    static byte[] body(Canonicalization kind, byte[] body) {
        PlainCanonicalization plain = new PlainCanonicalization(kind);
        for (byte octet : body) {
            plain.write(octet);
        }
        return plain.finish();
    }

    void write(byte octet) {
        if (carriageReturn) {
            carriageReturn = false;
            if (octet == '\n') {
                // White space at the end of a line is removed.
                space = false;
                lineEnds++;
                return;
            }
            content('\r');
        }
        if (octet == '\r') {
            carriageReturn = true;
        } else if (relaxed && (octet == ' ' || octet == '\t')) {
            space = true;
        } else {
            content(octet);
        }
    }

    private void content(int octet) {
        for (; lineEnds > 0; lineEnds--) {
            lineEnd();
        }
        if (space) {
            out.write(' ');
            space = false;
        }
        out.write(octet);
    }

    private void lineEnd() {
        out.write('\r');
        out.write('\n');
    }

    /** Empty lines at the end are removed. The body ends in CRLF, unless it is relaxed and empty. */
    byte[] finish() {
        if (carriageReturn) {
            content('\r');
        }
        if (!relaxed || out.size() > 0) {
            lineEnd();
        }
        return out.toByteArray();
    }

    /** A header field with a colon, without the CRLF at its end. */
    static String header(Canonicalization kind, String field) {
        if (kind == Canonicalization.SIMPLE) {
            return field;
        }
        int colon = field.indexOf(':');
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < colon; i++) {
            char c = field.charAt(i);
            name.append(c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
        }
        while (!name.isEmpty() && isWsp(name.charAt(name.length() - 1))) {
            name.setLength(name.length() - 1);
        }
        StringBuilder value = new StringBuilder();
        boolean space = false;
        for (int i = colon + 1; i < field.length(); i++) {
            char c = field.charAt(i);
            if (field.startsWith("\r\n", i)) {
                i++;
            } else if (isWsp(c)) {
                space = true;
            } else {
                value.append(space && !value.isEmpty() ? " " : "").append(c);
                space = false;
            }
        }
        return name.append(':').append(value).toString();
    }

    private static boolean isWsp(char c) {
        return c == ' ' || c == '\t';
    }
}
