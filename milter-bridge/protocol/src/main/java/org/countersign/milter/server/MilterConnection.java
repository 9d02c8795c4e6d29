package org.countersign.milter.server;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.countersign.milter.session.MilterSession;
import org.countersign.milter.session.MilterSessionFactory;
import org.countersign.milter.session.ReplyChannel;
import org.countersign.milter.session.SessionStage;
import org.countersign.milter.wire.CommandCodec;
import org.countersign.milter.wire.MilterReply;
import org.countersign.milter.wire.Packet;
import org.countersign.milter.wire.PacketReader;
import org.countersign.milter.wire.PacketWriter;
import org.countersign.smtp.MemoryBudget;

/** One connection, run by a thread of its own; other threads may only close it. */
final class MilterConnection implements ReplyChannel {
    private static final System.Logger LOG = System.getLogger(MilterConnection.class.getName());
    private static final long NOT_WAITING = 0;
    // One packet of body as mail servers send it, about a tenth of a millisecond of hashing.
    private static final int MAX_TURN = 64 * 1024;
    // What a packet costs besides its octets, so that tiny ones count too.
    private static final int PACKET_COST = 64;

    private final SocketChannel channel;
    private final BufferRoom room;
    private final PacketReader reader;
    private final PacketWriter writer;

    /** Since when the mail server is waited for ({@code nanoTime}), in a read or a write. */
    private volatile long waitingSince = NOT_WAITING;

    private final long openedAt = now();
    private volatile SessionStage stage = SessionStage.NEGOTIATION;

    /** Since when there is no message ({@code nanoTime}). */
    private volatile long outsideSince = openedAt;

    private final AtomicReference<Occupation> occupation = new AtomicReference<>(Occupation.FREE);
    private volatile boolean draining;

    /** Whether closing the connection would cut anything off. */
    private enum Occupation {
        /** It waits for a command, and no message is under way. */
        FREE,
        /** It works on a command, or a message is under way. */
        BUSY,
        /** It was told to go. */
        DISMISSED
    }

    /** What was done since others had their turn, in octets. */
    private int turn;

    /**
     * @param memory that the buffer takes from when it grows
     */
    MilterConnection(SocketChannel channel, MemoryBudget memory) {
        this.channel = channel;
        this.room = new BufferRoom(memory.open());
        this.reader = new PacketReader(channel, room);
        this.writer = new PacketWriter(channel);
    }

    /** Serves the mail server until either side has enough. */
    void serve(MilterSessionFactory sessions) {
        try (channel;
                room;
                MilterSession session = sessions.open(this)) {
            boolean open = true;
            while (open && (session.inMessage() || !draining)) {
                open = serveNext(session);
                move(session.stage());
            }
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "a connection broke", gone);
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, "a connection is closed after an unexpected failure", bug);
        }
    }

    private void move(SessionStage next) {
        if (next.isInMessage()) {
            stage = next;
            return;
        }
        if (stage.isInMessage()) {
            outsideSince = now();
        }
        stage = next;
        reader.trim();
        occupation.compareAndSet(Occupation.BUSY, Occupation.FREE);
    }

    private boolean serveNext(MilterSession session) throws IOException {
        return switch (next()) {
            case Packet.Frame frame -> {
                if (!stage.isInMessage() && !occupation.compareAndSet(Occupation.FREE, Occupation.BUSY)) {
                    yield false;
                }
                int octets = frame.data().remaining();
                if (octets == 0) {
                    // A decision may take long, and needs no buffer.
                    reader.trim();
                }
                boolean open = session.receive(CommandCodec.decode(frame));
                shareProcessor(octets);
                yield open;
            }
            case Packet.End(boolean withinPacket) -> {
                if (withinPacket || session.inMessage()) {
                    LOG.log(System.Logger.Level.DEBUG, "the mail server hung up in the middle");
                }
                yield false;
            }
            case Packet.NoRoom(int octet) -> session.overloaded(octet);
            case Packet.BadLength(long length) -> {
                LOG.log(System.Logger.Level.DEBUG, "closing a connection after a packet of length " + length);
                yield false;
            }
        };
    }

    /**
     * Nothing takes the processor away from a virtual thread that always finds more to read, and a few mail servers
     * with large messages would keep everybody else's DNS answers waiting until they count as timeouts.
     */
    @SuppressWarnings("ThreadPriorityCheck") // no hint to a scheduler that may ignore it: virtual threads do take turns
    private void shareProcessor(int octets) {
        turn += octets + PACKET_COST;
        if (turn > MAX_TURN) {
            turn = 0;
            Thread.yield();
        }
    }

    private Packet next() throws IOException {
        waitingSince = now();
        try {
            return reader.next();
        } finally {
            waitingSince = NOT_WAITING;
        }
    }

    @Override
    public void send(List<MilterReply> replies) throws IOException {
        waitingSince = now();
        try {
            writer.sendReplies(replies);
        } finally {
            waitingSince = NOT_WAITING;
        }
    }

    /** Its stage and how long it has waited, at this moment. */
    ConnectionTimeouts.Snapshot snapshot() {
        SessionStage at = stage;
        long since = waitingSince;
        long waitedSince = at == SessionStage.NEGOTIATION ? openedAt : since;
        return new ConnectionTimeouts.Snapshot(
                at,
                waitedSince == NOT_WAITING ? Duration.ZERO : Duration.ofNanos(now() - waitedSince),
                at.isInMessage() ? Duration.ZERO : Duration.ofNanos(now() - outsideSince));
    }

    /** Closes the connection unless it is busy with a command or a message; whether it is closed. */
    boolean closeIfFree() {
        boolean dismissed = occupation.compareAndSet(Occupation.FREE, Occupation.DISMISSED);
        if (dismissed) {
            close();
        }
        return dismissed;
    }

    /** Closes the connection after the message under way, at once if there is none. */
    void drain() {
        draining = true;
        closeIfFree();
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot close a connection properly", e);
        }
    }

    private static long now() {
        return System.nanoTime() | 1;
    }
}
