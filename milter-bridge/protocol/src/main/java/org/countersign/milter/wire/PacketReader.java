package org.countersign.milter.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Reads packets from a stream. One read takes all that is available and fits, so that several small packets cost one
 * system call. Packets are returned without copying. The buffer is allocated at the first read, and grows with the
 * octets that have arrived, never with the value of a length field. Not thread-safe.
 */
public final class PacketReader {
    /** The longest packet: the largest chunk that any mail server negotiates, plus its overhead. */
    public static final int MAX_PACKET = (1 << 20) + 1024;

    private static final int LENGTH_FIELD = 4;
    private static final int INITIAL_CAPACITY = 4 * 1024;
    private static final int MAX_KEPT_CAPACITY = 8 * 1024;
    private static final byte[] NOTHING = {};
    private static final ByteBuffer NO_DATA = ByteBuffer.wrap(NOTHING);

    private final ReadableByteChannel channel;
    private final BufferMemory bufferMemory;
    private final IntPredicate inParts;
    private byte[] buffer = NOTHING;
    private int start;
    private int end;

    // A packet that is returned in parts: its first octet, and the number of octets after those that were returned.
    private int partOctet;
    private int partsLeft;

    /** The memory that the buffer may use when it grows. */
    public interface BufferMemory {
        /** Unlimited memory. */
        BufferMemory UNLIMITED = new BufferMemory() {
            @Override
            public boolean take(int octets) {
                return true;
            }

            @Override
            public void release() {}
        };

        /** Reserves more octets; false if they are not available. */
        boolean take(int octets);

        /** Releases all reserved octets. */
        void release();
    }

    /** Reads from a blocking channel, which the caller closes. */
    public PacketReader(ReadableByteChannel channel) {
        this(channel, BufferMemory.UNLIMITED, octet -> false);
    }

    /**
     * Reads from a blocking channel, which the caller closes.
     *
     * @param bufferMemory asked for memory before the buffer grows beyond 8 KiB
     * @param inParts tells by the first octet of a packet whether its data may be returned as it arrives, in
     *     {@link Packet.Part}s, so that the buffer need not grow
     */
    public PacketReader(ReadableByteChannel channel, BufferMemory bufferMemory, IntPredicate inParts) {
        this.channel = channel;
        this.bufferMemory = bufferMemory;
        this.inParts = inParts;
    }

    /**
     * Waits for the next packet.
     *
     * @throws IOException if the channel fails, or is closed by another thread
     */
    public Packet next() throws IOException {
        if (partsLeft > 0) {
            return nextPart();
        }
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
            if (available > LENGTH_FIELD && inParts.test(buffer[start + LENGTH_FIELD] & 0xFF)) {
                partOctet = buffer[start + LENGTH_FIELD] & 0xFF;
                partsLeft = needed - LENGTH_FIELD - 1;
                start += LENGTH_FIELD + 1;
                return nextPart();
            }
            if (!makeRoom(needed)) {
                return skip(needed);
            }
            // After a large packet no more is left in the buffer than fits into a small one.
            if (!fill(start + Math.max(needed, MAX_KEPT_CAPACITY))) {
                return new Packet.End(available > 0);
            }
        }
    }

    /** Reads what is available and fits before a place in the buffer; false at the end of the stream. */
    private boolean fill(int limit) throws IOException {
        int read = channel.read(ByteBuffer.wrap(buffer, end, Math.min(limit, buffer.length) - end));
        end += Math.max(0, read);
        return read >= 0;
    }

    /** Returns the octets of the packet that have arrived: all that are left of it as its end, or some of them. */
    private Packet nextPart() throws IOException {
        if (start == end) {
            trim();
            start = 0;
            end = 0;
            if (buffer.length < MAX_KEPT_CAPACITY) {
                buffer = new byte[MAX_KEPT_CAPACITY];
            }
            if (!fill(buffer.length)) {
                return new Packet.End(true);
            }
        }
        int length = Math.min(partsLeft, end - start);
        ByteBuffer data = ByteBuffer.wrap(buffer, start, length).slice();
        start += length;
        partsLeft -= length;
        return partsLeft == 0 ? new Packet.Frame(partOctet, data) : new Packet.Part(data);
    }

    /**
     * Releases a buffer that has grown, unless it has a part of a large packet. Call it when it may take long until the next
     * packet is read. The last packet must not be used any more, if it has data.
     */
    public void trim() {
        int available = end - start;
        if (buffer.length > MAX_KEPT_CAPACITY && available <= MAX_KEPT_CAPACITY) {
            buffer = available == 0 ? NOTHING : Arrays.copyOfRange(buffer, start, start + MAX_KEPT_CAPACITY);
            start = 0;
            end = available;
            bufferMemory.release();
        }
    }

    /** Reads a packet for which there is no memory, and keeps only its first octet. */
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

    /** The size of the buffer, in octets. */
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
        int length = start + needed - from;
        start += needed;
        // Without data, the caller may wait long with the packet, so the packet must not keep the buffer alive.
        return new Packet.Frame(
                octet,
                length == 0 ? NO_DATA : ByteBuffer.wrap(buffer, from, length).slice());
    }

    /**
     * Makes space after {@code end} for at least one octet, and for the whole packet if that needs no larger buffer;
     * false if there is no memory.
     */
    private boolean makeRoom(int needed) {
        if (start == end) {
            start = 0;
            end = 0;
        }
        if (buffer.length == 0) {
            buffer = new byte[INITIAL_CAPACITY];
        } else if (start > 0 && start + needed > buffer.length) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        } else if (end == buffer.length) {
            // The packet begins at 0 and is incomplete, so it is larger than the buffer. Doubling keeps the buffer
            // below twice the size of what the peer has sent.
            int length = Math.min(2 * buffer.length, LENGTH_FIELD + MAX_PACKET);
            if (length > MAX_KEPT_CAPACITY && !bufferMemory.take(length - Math.max(buffer.length, MAX_KEPT_CAPACITY))) {
                return false;
            }
            byte[] larger = new byte[length];
            System.arraycopy(buffer, 0, larger, 0, end);
            buffer = larger;
        }
        return true;
    }
}
