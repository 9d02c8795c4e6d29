package org.countersign.james.message;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes a header section so that every reader finds the same lines. A bare CR or a NUL becomes a space in the value of
 * a field, and a question mark in its name, where a space would create a different field. CRLF and LF are kept, because
 * James' mail API ends lines at both.
 */
final class HeaderSanitizer {
    private final OutputStream out;
    private boolean pendingCr;
    private boolean atLineStart = true;
    private boolean inName;

    HeaderSanitizer(OutputStream out) {
        this.out = out;
    }

    void write(byte[] octets) throws IOException {
        for (byte octet : octets) {
            write(octet);
        }
    }

    void write(int octet) throws IOException {
        if (pendingCr) {
            pendingCr = false;
            if (octet == '\n') {
                out.write('\r');
            } else {
                replace();
            }
        }
        switch (octet) {
            case '\r' -> pendingCr = true;
            case 0 -> replace();
            default -> {
                beginLine(octet == ' ' || octet == '\t');
                out.write(octet);
                inName &= octet != ':';
                atLineStart = octet == '\n';
            }
        }
    }

    private void replace() throws IOException {
        beginLine(false);
        out.write(inName ? '?' : ' ');
    }

    private void beginLine(boolean fold) {
        if (atLineStart) {
            atLineStart = false;
            inName = !fold;
        }
    }

    /** Ends the header section; a CR at its end is bare. */
    void end() throws IOException {
        if (pendingCr) {
            pendingCr = false;
            replace();
        }
    }
}
