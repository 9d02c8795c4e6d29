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

/** A session without a socket: commands in, replies out. */
public final class Dialogue implements AutoCloseable {
    private final BlockingQueue<List<MilterReply>> sent = new LinkedBlockingQueue<>();
    private final MilterSession session;
    private boolean open = true;

    public Dialogue(MessageFilter filter) {
        this(filter, SessionSettings.standard());
    }

    public Dialogue(MessageFilter filter, SessionSettings settings) {
        this(new MilterSessionFactory(filter, settings));
    }

    public Dialogue(MilterSessionFactory sessions) {
        session = sessions.open(sent::add);
    }

    /** Negotiates with an offer of everything. */
    public Dialogue negotiated() {
        return negotiated(6, Commands.ALL_ACTIONS, Commands.ALL_PROTOCOL);
    }

    public Dialogue negotiated(int version, int actions, int protocol) {
        say(Commands.offer(version, actions, protocol));
        return this;
    }

    /** Negotiates with an offer of everything, and brings a client. */
    public Dialogue greeted() {
        negotiated().say(Commands.connect(), Commands.helo("client.example"));
        return this;
    }

    /** Brings a client of a mail server that waits for a reply to everything. */
    public Dialogue greetedByTheTalkative() {
        negotiated(6, Commands.ALL_ACTIONS, ProtocolOption.HEADER_LEADING_SPACE.bit());
        List<MilterReply> replies = say(Commands.connect(), Commands.helo("client.example"));
        if (!replies.equals(List.of(new MilterReply.Continue(), new MilterReply.Continue()))) {
            throw new AssertionError("the client is not welcome: " + replies);
        }
        return this;
    }

    /** Hands the commands over, as long as the session stays open, and returns the replies to them. */
    public List<MilterReply> say(MilterCommand... commands) {
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

    /** What the session sends with each call, for tests that listen from another thread. */
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
