package org.countersign.milter.session;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.countersign.milter.wire.CommandCode;
import org.countersign.milter.wire.MilterCommand;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a mail server, from the negotiation to its end. It has no socket: commands are handed
 * to it in the order they came, on one thread, and it replies through a {@link ReplyChannel}. Its owner
 * closes it whichever way the connection ends.
 *
 * <p>What the other side does wrong is logged for debugging only: whoever can connect could fill the log, and
 * a mail server says on its own that a filter hung up.
 */
public final class MilterSession implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(MilterSession.class.getName());

    private final MessageFilter filter;
    private final SessionSettings settings;
    private final CapabilityWarnings notices;
    private final ReplyChannel replies;
    private @Nullable ProtocolSession dialogue;

    MilterSession(MessageFilter filter, SessionSettings settings, CapabilityWarnings notices, ReplyChannel replies) {
        this.filter = filter;
        this.settings = settings;
        this.notices = notices;
        this.replies = replies;
    }

    /**
     * Takes the next command. The end of a message may block for as long as the filter does.
     *
     * @return whether the connection goes on
     * @throws IOException when a reply cannot be sent
     */
    public boolean receive(MilterCommand command) throws IOException {
        ProtocolSession open = dialogue;
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

    /** Whether a message is under way. */
    public boolean inMessage() {
        return dialogue != null && dialogue.inMessage();
    }

    /** How far the connection has come. */
    public SessionStage stage() {
        return dialogue == null ? SessionStage.NEGOTIATION : dialogue.stage();
    }

    private boolean negotiate(MilterCommand.OptionNegotiation offer) throws IOException {
        Optional<Negotiation> agreed = Negotiation.of(offer);
        if (agreed.isEmpty()) {
            LOG.log(System.Logger.Level.DEBUG, "closing a connection of milter version " + offer.version());
            return false;
        }
        dialogue = new ProtocolSession(filter, settings, agreed.get(), notices, replies);
        replies.send(List.of(agreed.get().reply()));
        return true;
    }

    /** After a packet that makes no sense, nothing that the mail server meant can be known. */
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
     * A command came that there was no memory for: gives the message up, and tells the mail server to try it again.
     *
     * @return whether the connection goes on
     * @throws IOException when a reply cannot be sent
     */
    public boolean overloaded(int octet) throws IOException {
        ProtocolSession open = dialogue;
        Optional<CommandCode> command = CommandCode.of(octet);
        return open != null && command.isPresent() && open.overloaded(command.get());
    }

    /** Lets go of the message under way, if there is one, without a decision. */
    @Override
    public void close() {
        if (dialogue != null) {
            dialogue.close();
        }
    }
}
