package org.countersign.milter.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.countersign.milter.wire.CommandCode;
import org.countersign.milter.wire.MilterCommand;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a mail server, from the negotiation to its end. It has no socket: the owner passes commands in the
 * order they arrive, on one thread, and the session replies through a {@link ReplyChannel}. The owner must close it.
 *
 * <p>Errors of the other side are logged at debug level only. Otherwise any client of the socket could fill the log, and
 * a mail server logs on its own that the connection was closed.
 */
public final class MilterSession implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(MilterSession.class.getName());

    private final MessageFilter filter;
    private final SessionSettings settings;
    private final CapabilityWarnings warnings;
    private final ReplyChannel replies;
    private @Nullable ProtocolSession protocol;

    MilterSession(MessageFilter filter, SessionSettings settings, CapabilityWarnings warnings, ReplyChannel replies) {
        this.filter = filter;
        this.settings = settings;
        this.warnings = warnings;
        this.replies = replies;
    }

    /**
     * Processes the next command. At the end of a message it blocks as long as the filter does.
     *
     * @return false if the connection must be closed
     * @throws IOException if a reply cannot be sent
     */
    public boolean receive(MilterCommand command) throws IOException {
        ProtocolSession open = protocol;
        if (command instanceof MilterCommand.Malformed malformed) {
            return malformed(malformed, open);
        }
        if (command instanceof MilterCommand.OptionNegotiation offer) {
            return open == null && negotiate(offer);
        }
        if (open == null) {
            LOG.log(System.Logger.Level.DEBUG, "closing a connection that does not begin with a negotiation");
            return false;
        }
        return open.receive(command);
    }

    /**
     * Processes a part of the data of a command that has a piece of the body, before the command itself.
     *
     * @return false if the connection must be closed
     */
    public boolean bodyPart(ByteBuffer octets) {
        ProtocolSession open = protocol;
        if (open == null) {
            LOG.log(System.Logger.Level.DEBUG, "closing a connection that does not begin with a negotiation");
            return false;
        }
        open.bodyPart(octets);
        return true;
    }

    /** Whether a message has begun and not ended. */
    public boolean inMessage() {
        return protocol != null && protocol.inMessage();
    }

    /** The stage of the connection. */
    public SessionStage stage() {
        return protocol == null ? SessionStage.NEGOTIATION : protocol.stage();
    }

    private boolean negotiate(MilterCommand.OptionNegotiation offer) throws IOException {
        Optional<Negotiation> agreed = Negotiation.of(offer);
        if (agreed.isEmpty()) {
            LOG.log(System.Logger.Level.DEBUG, "closing a connection of milter version " + offer.version());
            return false;
        }
        protocol = new ProtocolSession(filter, settings, agreed.get(), warnings, replies);
        replies.send(List.of(agreed.get().reply()));
        return true;
    }

    /** A malformed packet ends the connection, because the state of the mail server is unknown. */
    private static boolean malformed(MilterCommand.Malformed malformed, @Nullable ProtocolSession open)
            throws IOException {
        LOG.log(
                System.Logger.Level.DEBUG,
                "closing a connection after a malformed packet: " + malformed.problem() + " in 0x"
                        + Integer.toHexString(malformed.octet()));
        if (open != null) {
            Optional<CommandCode> code = CommandCode.of(malformed.octet());
            if (code.isPresent()) {
                open.refuse(code.get());
            }
        }
        return false;
    }

    /**
     * Processes a command that was dropped because there was no memory for it. The message is abandoned and deferred.
     *
     * @param octet the first octet of the packet
     * @return false if the connection must be closed
     * @throws IOException if a reply cannot be sent
     */
    public boolean overloaded(int octet) throws IOException {
        ProtocolSession open = protocol;
        Optional<CommandCode> command = CommandCode.of(octet);
        return open != null && command.isPresent() && open.overloaded(command.get());
    }

    /** Abandons the current message, if there is one. */
    @Override
    public void close() {
        if (protocol != null) {
            protocol.close();
        }
    }
}
