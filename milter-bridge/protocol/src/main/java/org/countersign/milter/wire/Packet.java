package org.countersign.milter.wire;

import java.nio.ByteBuffer;

/** The result of reading one packet. */
public sealed interface Packet {
    /**
     * A complete packet.
     *
     * @param octet the first octet, which tells the kind of the packet
     * @param data the rest; shares the buffer of the reader and is valid until the next read
     */
    record Frame(int octet, ByteBuffer data) implements Packet {}

    /**
     * Some of the data of a packet that is not complete yet. The next packet has more of the same data, and the last of
     * it is a {@link Frame}.
     *
     * @param data as in {@link Frame}; at least one octet
     */
    record Part(ByteBuffer data) implements Packet {}

    /**
     * The peer has closed the connection.
     *
     * @param withinPacket whether the last packet is incomplete
     */
    record End(boolean withinPacket) implements Packet {}

    /**
     * A packet that was read and dropped because there was no memory for it.
     *
     * @param octet the first octet of the packet
     */
    record NoRoom(int octet) implements Packet {}

    /** A length that is zero or above the limit. Nothing after it can be read. */
    record BadLength(long length) implements Packet {}
}
