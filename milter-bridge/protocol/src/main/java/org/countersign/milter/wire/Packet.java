package org.countersign.milter.wire;

import java.nio.ByteBuffer;

/** What a {@link PacketReader} finds next on a stream. */
public sealed interface Packet {
    /**
     * A whole packet.
     *
     * @param octet the octet that leads it
     * @param data what stands behind that octet; a window on the reader's buffer, good until the next read
     */
    record Frame(int octet, ByteBuffer data) implements Packet {}

    /**
     * The peer has closed the connection.
     *
     * @param withinPacket whether it did so before the end of a packet
     */
    record End(boolean withinPacket) implements Packet {}

    /**
     * A packet that was read to its end and not kept, since there was no memory for it.
     *
     * @param octet the octet that leads it
     */
    record NoRoom(int octet) implements Packet {}

    /** A length that is zero or above the limit: nothing after it can be read. */
    record BadLength(long length) implements Packet {}
}
