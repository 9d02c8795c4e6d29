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

    /** The time ({@code nanoTime}) of the start of the current read or write. */
    private volatile long waitingSince = NOT_WAITING;

    private final long openedAt = now();
    private volatile SessionStage stage = SessionStage.NEGOTIATION;

    /** The time ({@code nanoTime}) of the end of the last message. */
    private volatile long outsideSince = openedAt;

    private final AtomicReference<Occupation> occupation = new AtomicReference<>(Occupation.FREE);
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean draining;

    /** Whether closing the connection would interrupt something. */
    private enum Occupation {
        /** It waits for a command, and there is no message. */
        FREE,
        /** It processes a command, or there is a message. */
        BUSY,
        /** It is being closed. */
        CLOSING
    }

    /**
     * @param memory the budget for the growth of the buffer
     * @param processors shared with the other connections of the server
     */
    MilterConnection(SocketChannel channel, MemoryBudget memory, ProcessorShare processors) {
        this.channel = channel;
        this.client = ClientConnections.client(channel);
        this.bufferMemory = new MeteredBufferMemory(memory.open());
        this.processors = processors;
        this.input = processors.measure(channel);
        this.reader = new PacketReader(input, bufferMemory, CommandCodec::hasBody);
        this.writer = new PacketWriter(channel);
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
                if (!occupy()) {
                    yield false;
                }
                if (!frame.data().hasRemaining()) {
                    // A decision may take long and needs no buffer.
                    reader.trim();
                }
                boolean open = session.receive(CommandCodec.decode(frame));
                if (frame.octet() == CommandCode.END_OF_BODY.octet()) {
                    // The connection has waited for the decision.
                    input.restart();
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

    /** The IP address of the mail server; empty for a UNIX-domain socket. */
    Optional<InetAddress> client() {
        return client;
    }

    /** The current stage and waiting time. */
    ConnectionTimeouts.Snapshot snapshot() {
        SessionStage at = stage;
        long since = waitingSince;
        long waitedSince = at == SessionStage.NEGOTIATION ? openedAt : since;
        return new ConnectionTimeouts.Snapshot(
                at,
                waitedSince == NOT_WAITING ? Duration.ZERO : Duration.ofNanos(now() - waitedSince),
                at.isInMessage() ? Duration.ZERO : Duration.ofNanos(now() - outsideSince));
    }

    /** Whether it is closed, although its thread may not have ended yet. */
    boolean isClosed() {
        return !channel.isOpen();
    }

    /** Closes the connection unless it has a command or a message to finish; whether it is closed. */
    boolean closeIfFree() {
        boolean closing = occupation.compareAndSet(Occupation.FREE, Occupation.CLOSING);
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

    private static long now() {
        return System.nanoTime() | 1;
    }
}
