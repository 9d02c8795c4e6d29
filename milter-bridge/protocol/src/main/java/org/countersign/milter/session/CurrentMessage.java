package org.countersign.milter.session;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.countersign.milter.wire.MilterReply;
import org.countersign.milter.wire.ReplyText;
import org.countersign.smtp.HeaderField;
import org.jspecify.annotations.Nullable;

/**
 * A message between MAIL and its end. It has either a transaction of the filter or a refusal, and once it
 * has a refusal nothing but that can come of it.
 */
final class CurrentMessage implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CurrentMessage.class.getName());

    private static final MilterReply TOO_MUCH_HEADER =
            new MilterReply.ReplyCode(ReplyText.of(552, "5.3.4", "Message header too large"));
    private static final MilterReply TOO_MANY_RECIPIENTS =
            new MilterReply.ReplyCode(ReplyText.of(452, "4.5.3", "Too many recipients"));

    private enum Phase {
        ENVELOPE,
        HEADERS,
        BODY
    }

    private final SessionSettings settings;
    private Phase phase = Phase.ENVELOPE;
    private @Nullable MessageTransaction transaction;
    private @Nullable MilterReply refusal;
    private int recipients;
    private int headerFields;
    private long headerOctets;

    private CurrentMessage(SessionSettings settings) {
        this.settings = settings;
    }

    static CurrentMessage begin(MessageFilter filter, Envelope envelope, SessionSettings settings) {
        CurrentMessage message = new CurrentMessage(settings);
        try {
            message.transaction = filter.begin(envelope);
        } catch (RuntimeException bug) {
            message.failed(bug);
        }
        return message;
    }

    /** A message that has no chance from the start. */
    static CurrentMessage refused(SessionSettings settings) {
        CurrentMessage message = new CurrentMessage(settings);
        message.refuse(new MilterReply.TempFail());
        return message;
    }

    /** What the mail server is told in place of a decision; empty as long as all is well. */
    Optional<MilterReply> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** Gives the message up; the first reason counts. */
    void refuse(MilterReply reply) {
        if (refusal == null) {
            refusal = reply;
            close();
        }
    }

    /** Whether the filter refuses the message whatever follows. */
    boolean isRefusedByFilter() {
        MessageTransaction open = transaction;
        return open != null && open.isRefused();
    }

    boolean isInEnvelope() {
        return phase == Phase.ENVELOPE;
    }

    /** Whether it has recipients and nothing behind them yet. */
    boolean awaitsContent() {
        return phase == Phase.ENVELOPE && recipients > 0;
    }

    /** How long the decision may take. */
    Duration decisionTimeout() {
        MessageTransaction open = transaction;
        return open == null ? MessageTransaction.DEFAULT_DECISION_TIMEOUT : open.decisionTimeout();
    }

    void recipient(String address) {
        if (++recipients > settings.mostRecipients()) {
            refuse(TOO_MANY_RECIPIENTS);
        }
        attempt(open -> open.recipient(address));
    }

    /** Takes a header field; false where the header section is over. */
    boolean header(HeaderField field) {
        if (phase == Phase.BODY) {
            return false;
        }
        phase = Phase.HEADERS;
        headerOctets += field.size();
        if (++headerFields > settings.mostHeaderFields() || headerOctets > settings.mostHeaderOctets()) {
            refuse(TOO_MUCH_HEADER);
        }
        attempt(open -> open.header(field));
        return true;
    }

    /** Ends the header section; false where it is over already. */
    boolean endOfHeaders() {
        if (phase == Phase.BODY) {
            return false;
        }
        phase = Phase.BODY;
        attempt(MessageTransaction::endOfHeaders);
        return true;
    }

    void body(ByteBuffer octets) {
        // The mail servers known always end the header section first; libmilter does not insist.
        endOfHeaders();
        if (octets.hasRemaining()) {
            int offset = octets.arrayOffset() + octets.position();
            attempt(open -> open.body(octets.array(), offset, octets.remaining()));
        }
    }

    /**
     * The decision, rendered; a refusal for now where there is none. May block.
     *
     * @param claim asked once there is a decision; false where the mail server has its reply already, and the decision
     *     is dropped
     */
    List<MilterReply> conclude(MacroValues macros, DecisionRenderer renderer, BooleanSupplier claim) {
        endOfHeaders();
        MessageTransaction open = transaction;
        boolean claimed = false;
        if (open != null) {
            try {
                FilterDecision decision = open.finish(macros);
                claimed = claim.getAsBoolean();
                if (!claimed) {
                    return List.of();
                }
                open.confirm();
                return renderer.render(decision);
            } catch (RuntimeException bug) {
                if (!claimed && !claim.getAsBoolean()) {
                    LOG.log(System.Logger.Level.DEBUG, "a message was given up while it was decided about", bug);
                    return List.of();
                }
                failed(bug);
            }
        }
        return List.of(refusal().orElseGet(MilterReply.TempFail::new));
    }

    private void attempt(Consumer<MessageTransaction> step) {
        MessageTransaction open = transaction;
        if (open != null) {
            try {
                step.accept(open);
            } catch (RuntimeException bug) {
                failed(bug);
            }
        }
    }

    private void failed(RuntimeException bug) {
        LOG.log(System.Logger.Level.ERROR, "the filter failed; the message is refused for now", bug);
        refuse(new MilterReply.TempFail());
    }

    @Override
    public void close() {
        MessageTransaction open = transaction;
        transaction = null;
        if (open != null) {
            try {
                open.close();
            } catch (RuntimeException bug) {
                LOG.log(System.Logger.Level.ERROR, "the filter failed while it let go of a message", bug);
            }
        }
    }
}
