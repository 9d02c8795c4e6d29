package org.countersign.milter.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.function.LongSupplier;

/**
 * The input of a connection, which measures how long its thread works. The time between reads counts. A read may wait for
 * the mail server, so it counts by its octets. Not thread-safe.
 */
final class MeasuredInput implements ReadableByteChannel {
    /** What a read costs, in nanoseconds: a system call, and often to wait for the socket and to be woken up. */
    static final long READ_COST = 10_000;

    private final ReadableByteChannel channel;
    private final LongSupplier nanoTime;
    private long worked;
    private long workingSince;
    private int turns;

    /**
     * @param nanoTime a clock in nanoseconds, such as {@link System#nanoTime}
     */
    MeasuredInput(ReadableByteChannel channel, LongSupplier nanoTime) {
        this.channel = channel;
        this.nanoTime = nanoTime;
        this.workingSince = nanoTime.getAsLong();
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
        worked = worked();
        try {
            int octets = channel.read(buffer);
            // Copying takes less than a nanosecond for each octet.
            worked += READ_COST + Math.max(0, octets);
            return octets;
        } finally {
            workingSince = nanoTime.getAsLong();
        }
    }

    /** The time of work in this turn, in nanoseconds. */
    long worked() {
        return worked + nanoTime.getAsLong() - workingSince;
    }

    /** Ends a turn; the number of turns since the beginning, or since {@link #restart}. */
    int endTurn() {
        turns++;
        return turns;
    }

    /** Ends so many turns. */
    void endTurns(int number) {
        turns += number;
    }

    /** Begins to measure a turn. */
    void beginTurn() {
        worked = 0;
        workingSince = nanoTime.getAsLong();
    }

    /** Begins to count turns, too. */
    void restart() {
        turns = 0;
        beginTurn();
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
