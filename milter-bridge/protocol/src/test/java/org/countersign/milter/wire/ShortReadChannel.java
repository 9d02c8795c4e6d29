package org.countersign.milter.wire;

import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** Returns at most a fixed number of octets with each read, and counts the reads. */
final class ShortReadChannel implements ReadableByteChannel {
    private final ByteBuffer octets;
    private final int step;
    private int reads;

    ShortReadChannel(byte[] octets, int step) {
        this.octets = ByteBuffer.wrap(octets);
        this.step = step;
    }

    int reads() {
        return reads;
    }

    @Override
    public int read(ByteBuffer into) {
        reads++;
        int length = Math.min(step, Math.min(into.remaining(), octets.remaining()));
        if (length == 0) {
            return -1;
        }
        into.put(octets.slice(octets.position(), length));
        octets.position(octets.position() + length);
        return length;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}
}
