package org.countersign.james.message;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Converts every CR, LF and CRLF to CRLF, as the SMTP client of James does. So that client sends the output of this
 * stream unchanged.
 */
public final class CrlfOutput extends OutputStream {
    private static final byte[] CRLF = {'\r', '\n'};

    private final OutputStream out;
    private boolean afterCr;

    public CrlfOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        int end = offset + length;
        int start = offset;
        for (int at = offset; at < end; at++) {
            byte octet = octets[at];
            if (octet == '\r' || octet == '\n') {
                out.write(octets, start, at - start);
                start = at + 1;
                if (octet == '\r' || !afterCr) {
                    out.write(CRLF, 0, CRLF.length);
                }
            }
            afterCr = octet == '\r';
        }
        out.write(octets, start, end - start);
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
