package org.countersign.james.message;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.countersign.syntax.Ascii;

/**
 * Encodes text with CRLF line ends as quoted-printable (RFC 2045 §6.7), octet by octet and independently of its
 * charset. Decoding gives exactly the octets that were written. Closing this stream writes pending octets and leaves
 * the underlying stream open.
 */
final class QuotedPrintableOutput extends OutputStream {
    private static final int MAX_LINE = 76;
    private static final byte[] SOFT_BREAK = {'=', '\r', '\n'};
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] DIGITS = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private final OutputStream out;
    private int column;
    private int pendingWsp = -1;
    private boolean afterCr;

    QuotedPrintableOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int value) throws IOException {
        int octet = value & 0xFF;
        if (octet == '\n' && afterCr) {
            afterCr = false;
            endLine();
            return;
        }
        if (afterCr) {
            afterCr = false;
            encoded('\r');
        }
        if (octet == '\r') {
            afterCr = true;
            return;
        }
        if (pendingWsp >= 0) {
            plain(pendingWsp);
            pendingWsp = -1;
        }
        if (Ascii.isWsp(octet)) {
            pendingWsp = octet;
        } else if (Ascii.isVisible(octet) && octet != '=') {
            plain(octet);
        } else {
            encoded(octet);
        }
    }

    private void endLine() throws IOException {
        endWsp();
        out.write(LINE_END);
        column = 0;
    }

    // Mail servers may remove white space at the end of a line, so it is encoded.
    private void endWsp() throws IOException {
        if (pendingWsp >= 0) {
            encoded(pendingWsp);
            pendingWsp = -1;
        }
    }

    private void plain(int octet) throws IOException {
        reserve(1);
        out.write(octet);
        column++;
    }

    private void encoded(int octet) throws IOException {
        reserve(3);
        out.write('=');
        out.write(DIGITS[octet >> 4]);
        out.write(DIGITS[octet & 0xF]);
        column += 3;
    }

    private void reserve(int length) throws IOException {
        // Leaves space for the "=" of a soft line break.
        if (column + length > MAX_LINE - 1) {
            out.write(SOFT_BREAK);
            column = 0;
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        endWsp();
        if (afterCr) {
            afterCr = false;
            encoded('\r');
        }
    }
}
