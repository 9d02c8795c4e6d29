package org.countersign.milter.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * Cuts a stream into packets. One read takes as much as is there and fits, so that a run of small packets
 * costs one system call; packets are handed out where they lie. The buffer comes with the first read and
 * grows with what has arrived, never with what a length field promises. Not for several threads at once.
 */
public final class PacketReader {
    /** A chunk of the largest size that any mail server negotiates, and room for what stands around it. */
    public static final int MAX_PACKET = (1 << 20) + 1024;

    private static final int LENGTH_FIELD = 4;
    private static final int FIRST_CAPACITY = 4 * 1024;
    private static final int KEPT_CAPACITY = 16 * 1024;
    private static final byte[] NOTHING = {};

    private final ReadableByteChannel channel;
    private final Room room;
    private byte[] buffer = NOTHING;
    private int start;
    private int end;

    /** The memory that a buffer may grow into. */
    public interface Room {
        /** Room without end. */
        Room UNLIMITED = new Room() {
            @Override
            public boolean take(int octets) {
                return true;
            }

            @Override
            public void release() {}
        };

        /** Takes so many octets more, if they are there. */
        boolean take(int octets);

        /** Gives back all that was taken. */
        void release();
    }

    /** Reads from a blocking channel, which stays the caller's to close. */
    public PacketReader(ReadableByteChannel channel) {
        this(channel, Room.UNLIMITED);
    }

    /**
     * @param room asked before the buffer grows beyond 16 KiB
     */
    public PacketReader(ReadableByteChannel channel, Room room) {
        this.channel = channel;
        this.room = room;
    }

    /**
     * Waits for the next packet.
     *
     * @throws IOException when the channel fails, or was closed by another thread
     */
    public Packet next() throws IOException {
        while (true) {
            int available = end - start;
            int needed = LENGTH_FIELD;
            if (available >= LENGTH_FIELD) {
                long length = length();
                if (length < 1 || length > MAX_PACKET) {
                    return new Packet.BadLength(length);
                }
                needed += (int) length;
            }
            if (needed > LENGTH_FIELD && available >= needed) {
                return take(needed);
            }
            if (!makeRoom(needed)) {
                return skip(needed);
            }
            int read = channel.read(ByteBuffer.wrap(buffer, end, buffer.length - end));
            if (read < 0) {
                return new Packet.End(available > 0);
            }
            end += read;
        }
    }

    /** Lets go of a buffer that has grown, unless it holds something: where the next packet may be long in coming. */
    public void trim() {
        if (start == end && buffer.length > KEPT_CAPACITY) {
            buffer = NOTHING;
            start = 0;
            end = 0;
            room.release();
        }
    }

    /** Reads a packet for which there is no room to its end, and keeps nothing of it but what it is. */
    private Packet skip(int needed) throws IOException {
        int octet = buffer[start + LENGTH_FIELD] & 0xFF;
        int left = needed - (end - start);
        start = 0;
        end = 0;
        while (left > 0) {
            int read = channel.read(ByteBuffer.wrap(buffer, 0, Math.min(left, buffer.length)));
            if (read < 0) {
                return new Packet.End(true);
            }
            left -= read;
        }
        return new Packet.NoRoom(octet);
    }

    /** How many octets the buffer takes at present. */
    public int capacity() {
        return buffer.length;
    }

    private long length() {
        return (buffer[start] & 0xFFL) << 24
                | (buffer[start + 1] & 0xFF) << 16
                | (buffer[start + 2] & 0xFF) << 8
                | (buffer[start + 3] & 0xFF);
    }

    private Packet take(int needed) {
        int octet = buffer[start + LENGTH_FIELD] & 0xFF;
        int from = start + LENGTH_FIELD + 1;
        ByteBuffer data = ByteBuffer.wrap(buffer, from, start + needed - from).slice();
        start += needed;
        return new Packet.Frame(octet, data);
    }

    /**
     * Room behind {@code end} for at least one octet, and for the whole packet where that costs no new buffer; false
     * where there is none.
     */
    private boolean makeRoom(int needed) {
        if (start == end) {
            start = 0;
            end = 0;
        }
        if (buffer.length == 0) {
            buffer = new byte[FIRST_CAPACITY];
        } else if (start > 0 && start + needed > buffer.length) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        } else if (end == buffer.length) {
            // Nothing before the packet and the packet not whole: it is larger than the buffer. Doubling
            // keeps what we hold below twice what the peer has really sent.
            int length = Math.min(2 * buffer.length, LENGTH_FIELD + MAX_PACKET);
            if (length > KEPT_CAPACITY && !room.take(length - Math.max(buffer.length, KEPT_CAPACITY))) {
                return false;
            }
            byte[] larger = new byte[length];
            System.arraycopy(buffer, 0, larger, 0, end);
            buffer = larger;
        }
        return true;
    }
}
