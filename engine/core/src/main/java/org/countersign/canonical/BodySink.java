package org.countersign.canonical;

/** Takes a canonical body piece by piece. */
public interface BodySink {
    /** A piece of at least one octet; the array is not kept. */
    void write(byte[] octets, int offset, int length);

    /**
     * A piece of at least one octet, at the beginning of an array that its writer gives up.
     *
     * @return an array of any length, empty perhaps, that is the writer's instead
     */
    default byte[] handOver(byte[] octets, int length) {
        write(octets, 0, length);
        return octets;
    }
}
