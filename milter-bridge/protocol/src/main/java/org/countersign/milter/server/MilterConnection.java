package org.countersign.milter.server;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.countersign.milter.session.MilterSession;
import org.countersign.milter.session.MilterSessionFactory;
import org.countersign.milter.session.ReplyChannel;
import org.countersign.milter.session.SessionStage;
import org.countersign.milter.wire.CommandCode;
import org.countersign.milter.wire.CommandCodec;
import org.countersign.milter.wire.MilterReply;
import org.countersign.milter.wire.Packet;
import org.countersign.milter.wire.PacketReader;
import org.countersign.milter.wire.PacketWriter;
import org.countersign.smtp.MemoryBudget;

/** One connection, served by its own thread. Other threads may only close it. */
final class MilterConnection implements ReplyChannel {
    private static final System.Logger LOG = System.getLogger(MilterConnection.class.getName());
    private static final long NOT_WAITING = 0;

    private final SocketChannel channel;
    private final Optional<InetAddress> client;
    private final MeteredBufferMemory bufferMemory;
    private final ProcessorShare processors;
    private final MeasuredInput input;
    private final PacketReader reader;
    private final PacketWriter writer;
    private final LongSupplier nanoTime;

    /** The time ({@code nanoTime}) of the start of the current read or write. */
    private volatile long waitingSince = NOT_WAITING;

    private final long openedAt;
    private volatile SessionStage stage = SessionStage.NEGOTIATION;

    /** The time ({@code nanoTime}) of the last decision, or of the start of the connection. */
    private volatile long undecidedSince;

    /** How long the server has waited since then for content, or for a message after a decision, in nanoseconds. */
    private volatile long excludedTime;

    private final AtomicReference<Occupation> occupation = new AtomicReference<>(Occupation.FREE);
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean draining;

    /** Whether closing the connection would interrupt something. */
    private enum Occupation {
        /** It waits for a command, and there is no message. */
        FREE,
        /** It processes a command, or there is a message. */
        BUSY,
        /** The end of a message has arrived. */
        DECIDING,
        /** It is being closed. */
        CLOSING
    }

    /**
     * @param memory the budget for the growth of the buffer
     * @param processors shared with the other connections of the server
     * @param nanoTime the clock of the timeouts, in nanoseconds
     */
    MilterConnection(SocketChannel channel, MemoryBudget memory, ProcessorShare processors, LongSupplier nanoTime) {
        this.channel = channel;
        this.client = ClientConnections.client(channel);
        this.bufferMemory = new MeteredBufferMemory(memory.open());
        this.processors = processors;
        this.input = processors.measure(channel);
        this.reader = new PacketReader(input, bufferMemory, CommandCodec::hasBody);
        this.writer = new PacketWriter(channel);
        this.nanoTime = nanoTime;
        this.openedAt = now();
        this.undecidedSince = openedAt;
    }

    /** Serves the mail server until either side closes the connection. */
    void serve(MilterSessionFactory sessions) {
        try (channel;
                bufferMemory;
                MilterSession session = sessions.open(this)) {
            boolean open = true;
            while (open && (session.inMessage() || !draining)) {
                open = serveNext(session);
                move(session.stage());
                // Many connections may pause at the same time: their buffers would take the memory of others.
                processors.pauseAfterWork(input, reader::trim, closing);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "a connection failed", gone);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError bug) {
            LOG.log(System.Logger.Level.ERROR, "a connection is closed after an unexpected failure", bug);
        }
    }

    private void move(SessionStage next) {
        if (next.isInMessage()) {
            stage = next;
            return;
        }
        stage = next;
        reader.trim();
        if (!occupation.compareAndSet(Occupation.BUSY, Occupation.FREE)) {
            occupation.compareAndSet(Occupation.DECIDING, Occupation.FREE);
        }
    }

    private boolean serveNext(MilterSession session) throws IOException {
        return switch (next()) {
            case Packet.Frame frame -> {
                boolean isEnd = stage.isInMessage() && frame.octet() == CommandCode.END_OF_BODY.octet();
                if (!occupy() || (isEnd && !occupation.compareAndSet(Occupation.BUSY, Occupation.DECIDING))) {
                    yield false;
                }
                if (!frame.data().hasRemaining()) {
                    // A decision may take long and needs no buffer.
                    reader.trim();
                }
                boolean open = session.receive(CommandCodec.decode(frame));
                if (isEnd) {
                    // The connection has waited for the decision.
                    input.restart();
                    undecidedSince = now();
                    excludedTime = 0;
                }
                yield open;
            }
            case Packet.Part(ByteBuffer data) -> occupy() && session.bodyPart(data);
            case Packet.End(boolean withinPacket) -> {
                if (withinPacket || session.inMessage()) {
                    LOG.log(
                            System.Logger.Level.DEBUG,
                            "the mail server closed the connection inside a message or a packet");
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

    /** Marks the connection as busy, if it is not within a message anyway; false if it is being closed. */
    private boolean occupy() {
        return stage.isInMessage() || occupation.compareAndSet(Occupation.FREE, Occupation.BUSY);
    }

    private Packet next() throws IOException {
        long since = now();
        waitingSince = since;
        try {
            return reader.next();
        } finally {
            boolean idle = stage == SessionStage.BETWEEN_MESSAGES && undecidedSince != openedAt;
            if (idle || stage == SessionStage.AWAITING_CONTENT) {
                excludedTime = excludedTime + now() - since;
            }
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

    /** The IP address of the mail server; empty for a UNIX-domain socket. */
    Optional<InetAddress> client() {
        return client;
    }

    /** The current stage and waiting time. */
    ConnectionTimeouts.Snapshot snapshot() {
        SessionStage at = stage;
        long since = waitingSince;
        long decidedAt = undecidedSince;
        long waitedSince = at == SessionStage.NEGOTIATION ? openedAt : since;
        return new ConnectionTimeouts.Snapshot(
                at,
                waitedSince == NOT_WAITING ? Duration.ZERO : Duration.ofNanos(now() - waitedSince),
                Duration.ofNanos(now() - decidedAt - excludedTime),
                at == SessionStage.BETWEEN_MESSAGES && decidedAt != openedAt);
    }

    /** Whether it is open, and no message waits for its decision. */
    boolean isReplaceable() {
        Occupation at = occupation.get();
        return channel.isOpen() && (at == Occupation.FREE || at == Occupation.BUSY);
    }

    /** Closes the connection unless it has a command or a message to finish; whether it is closed. */
    boolean closeIfFree() {
        return closeIf(Occupation.FREE);
    }

    /** Closes the connection if it has a message whose end has not arrived; whether it is closed. */
    boolean closeBeforeEnd() {
        return closeIf(Occupation.BUSY);
    }

    private boolean closeIf(Occupation expected) {
        boolean closing = occupation.compareAndSet(expected, Occupation.CLOSING);
        if (closing) {
            close();
        }
        return closing;
    }

    /** Whether it has no message, and the mail server has sent nothing for at least this time. */
    boolean isSilentFor(Duration time) {
        ConnectionTimeouts.Snapshot at = snapshot();
        return !at.stage().isInMessage() && at.waited().compareTo(time) >= 0;
    }

    /** Whether it has a message. */
    boolean isInMessage() {
        return stage.isInMessage();
    }

    /** Closes the connection after the current message, or at once if there is none. */
    void drain() {
        draining = true;
        closeIfFree();
    }

    void close() {
        closing.countDown();
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot close a connection", e);
        }
    }

    private long now() {
        return nanoTime.getAsLong() | 1;
    }
}
