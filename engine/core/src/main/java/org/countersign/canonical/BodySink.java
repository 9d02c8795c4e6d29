package org.countersign.canonical;

/** Receives a canonical body piece by piece. */
interface BodySink {
    /** A piece of at least one octet. The array is not retained. */
    void write(byte[] octets, int offset, int length);

    /**
     * A piece of at least one octet at the beginning of a buffer that the writer gives away, so that the receiver can retain
     * it without a copy.
     *
     * @return a buffer of any length, possibly empty, that the writer owns instead; it may be the same one
     */
    default byte[] handOver(byte[] octets, int length) {
        write(octets, 0, length);
        return octets;
    }
}
