package org.countersign.milter.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.countersign.syntax.Octets;

/** Builds packets, one after the other, in one buffer. */
final class PacketBuilder extends ByteArrayOutputStream {
    private static final int MAX_KEPT_CAPACITY = 4 * 1024;

    private int packetStart;

    PacketBuilder() {
        super(64);
    }

    PacketBuilder begin(int octet) {
        packetStart = count;
        return u32(0).octet(octet);
    }

    PacketBuilder octet(int octet) {
        write(octet);
        return this;
    }

    PacketBuilder u16(int number) {
        return octet(number >>> 8).octet(number);
    }

    PacketBuilder u32(int number) {
        return u16(number >>> 16).u16(number);
    }

    /** Appends a text and its terminating NUL. */
    PacketBuilder text(Octets text) {
        text.appendTo(this);
        return octet(0);
    }

    PacketBuilder raw(ByteBuffer octets) {
        write(octets.array(), octets.arrayOffset() + octets.position(), octets.remaining());
        return this;
    }

    /** Ends the packet and writes its length. */
    void end() {
        int length = count - packetStart - 4;
        buf[packetStart] = (byte) (length >>> 24);
        buf[packetStart + 1] = (byte) (length >>> 16);
        buf[packetStart + 2] = (byte) (length >>> 8);
        buf[packetStart + 3] = (byte) length;
    }

    /** Writes all packets to a channel and empties the buffer. */
    void drainTo(WritableByteChannel channel) throws IOException {
        try {
            ByteBuffer octets = ByteBuffer.wrap(buf, 0, count);
            while (octets.hasRemaining()) {
                channel.write(octets);
            }
        } finally {
            reset();
            if (buf.length > MAX_KEPT_CAPACITY) {
                buf = new byte[64];
            }
        }
    }
}
