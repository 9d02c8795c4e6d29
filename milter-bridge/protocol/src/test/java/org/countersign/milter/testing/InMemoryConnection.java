package org.countersign.milter.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.countersign.milter.session.MessageFilter;
import org.countersign.milter.session.MilterSession;
import org.countersign.milter.session.MilterSessionFactory;
import org.countersign.milter.session.SessionSettings;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.milter.wire.MilterReply;
import org.countersign.milter.wire.ProtocolOption;

/** A session without a socket, which returns the replies to commands. */
public final class InMemoryConnection implements AutoCloseable {
    private final BlockingQueue<List<MilterReply>> sent = new LinkedBlockingQueue<>();
    private final MilterSession session;
    private boolean open = true;

    /** A session with {@link SessionLimits#withoutProgress()}. */
    public InMemoryConnection(MessageFilter filter) {
        this(filter, SessionLimits.withoutProgress());
    }

    public InMemoryConnection(MessageFilter filter, SessionSettings settings) {
        this(new MilterSessionFactory(filter, settings));
    }

    public InMemoryConnection(MilterSessionFactory sessions) {
        session = sessions.open(sent::add);
    }

    /** Negotiates with an offer of all options. */
    public InMemoryConnection negotiated() {
        return negotiated(6, Commands.ALL_ACTIONS, Commands.ALL_PROTOCOL);
    }

    public InMemoryConnection negotiated(int version, int actions, int protocol) {
        send(Commands.offer(version, actions, protocol));
        return this;
    }

    /** Negotiates with an offer of all options, and sends CONNECT and HELO. */
    public InMemoryConnection connected() {
        negotiated().send(Commands.connect(), Commands.helo("client.example"));
        return this;
    }

    /** The same for a mail server that waits for a reply to every command. */
    public InMemoryConnection connectedWithAllReplies() {
        negotiated(6, Commands.ALL_ACTIONS, ProtocolOption.HEADER_LEADING_SPACE.bit());
        List<MilterReply> replies = send(Commands.connect(), Commands.helo("client.example"));
        if (!replies.equals(List.of(new MilterReply.Continue(), new MilterReply.Continue()))) {
            throw new AssertionError("the client was not accepted: " + replies);
        }
        return this;
    }

    /** Passes commands to the session while it is open, and returns the replies. */
    public List<MilterReply> send(MilterCommand... commands) {
        try {
            for (MilterCommand command : commands) {
                if (open) {
                    open = session.receive(command);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Stream.generate(sent::poll)
                .takeWhile(replies -> replies != null)
                .flatMap(List::stream)
                .toList();
    }

    /** The replies of each call of the channel, for tests that read them on another thread. */
    public BlockingQueue<List<MilterReply>> sent() {
        return sent;
    }

    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        session.close();
    }
}
