package org.countersign.james;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes a header section in which every reader finds the same lines. A bare CR or a NUL becomes a space in the value
 * of a field, and a question mark in its name, where a space would make another field. CRLF and LF stay; James' mail
 * API ends lines at both.
 */
final class UniformLines {
    private final OutputStream out;
    private boolean heldCr;
    private boolean atLineStart = true;
    private boolean inName;

    UniformLines(OutputStream out) {
        this.out = out;
    }

    void write(byte[] octets) throws IOException {
        for (byte octet : octets) {
            write(octet);
        }
    }

    void write(int octet) throws IOException {
        if (heldCr) {
            heldCr = false;
            if (octet == '\n') {
                out.write('\r');
            } else {
                replace();
            }
        }
        switch (octet) {
            case '\r' -> heldCr = true;
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

    /** The section is over, and so is a CR at its end. */
    void end() throws IOException {
        if (heldCr) {
            heldCr = false;
            replace();
        }
    }
}
