package org.countersign.dkim;

/** Takes a canonical body piece by piece. */
interface BodySink {
    /** A piece of at least one octet; the array is not kept. */
    void write(byte[] octets, int offset, int length);
}
