package org.countersign.milter.wire;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** Sends packets. The packets of one call are sent together. Thread-safe. */
public final class PacketWriter {
    private final WritableByteChannel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final PacketBuilder packets = new PacketBuilder();

    /** Writes to a blocking channel, which the caller closes. */
    public PacketWriter(WritableByteChannel channel) {
        this.channel = channel;
    }

    /**
     * Sends replies of a filter.
     *
     * @throws IOException if the channel fails, or is closed by another thread
     */
    public void sendReplies(List<? extends MilterReply> replies) throws IOException {
        lock.lock();
        try {
            replies.forEach(reply -> ReplyCodec.encode(reply, packets));
            packets.drainTo(channel);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends commands of a mail server.
     *
     * @throws IOException if the channel fails, or is closed by another thread
     */
    public void sendCommands(List<? extends MilterCommand> commands) throws IOException {
        lock.lock();
        try {
            commands.forEach(command -> CommandCodec.encode(command, packets));
            packets.drainTo(channel);
        } finally {
            lock.unlock();
        }
    }
}
