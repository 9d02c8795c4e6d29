package org.countersign.reports.receive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Counts the octets that are read, and lets a limit look at the count. */
abstract class CountedInput extends FilterInputStream {
    private long count;

    CountedInput(InputStream in) {
        super(in);
    }

    /** So many octets were read. */
    final long count() {
        return count;
    }

    /**
     * Called after each read.
     *
     * @throws LimitFailure to end reading
     */
    abstract void check() throws LimitFailure;

    @Override
    public int read() throws IOException {
        int octet = super.read();
        if (octet >= 0) {
            counted(1);
        }
        return octet;
    }

    @Override
    public int read(byte[] octets, int offset, int length) throws IOException {
        int read = super.read(octets, offset, length);
        counted(Math.max(read, 0));
        return read;
    }

    @Override
    public long skip(long octets) throws IOException {
        long skipped = super.skip(octets);
        counted(skipped);
        return skipped;
    }

    private void counted(long octets) throws LimitFailure {
        count += octets;
        check();
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
