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
 * The message between MAIL and its end. It has either a transaction of the filter or a refusal. Once it has a refusal,
 * its outcome cannot change.
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
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError bug) {
            message.failed(bug);
        }
        return message;
    }

    /** A message that is deferred from the start. */
    static CurrentMessage refused(SessionSettings settings) {
        CurrentMessage message = new CurrentMessage(settings);
        message.refuse(new MilterReply.TempFail());
        return message;
    }

    /** The reply to send instead of a decision; empty if there was no error. */
    Optional<MilterReply> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** Abandons the message with this reply. Has no effect if it is refused already. */
    void refuse(MilterReply reply) {
        if (refusal == null) {
            refusal = reply;
            close();
        }
    }

    /** Whether the filter refuses the message before its end. */
    boolean isRefusedByFilter() {
        MessageTransaction open = transaction;
        return open != null && open.isRefused();
    }

    boolean isInEnvelope() {
        return phase == Phase.ENVELOPE;
    }

    /** Whether it has recipients, and no header field yet. */
    boolean awaitsContent() {
        return phase == Phase.ENVELOPE && recipients > 0;
    }

    /** The time limit of the decision. */
    Duration decisionTimeout() {
        MessageTransaction open = transaction;
        return open == null ? MessageTransaction.DEFAULT_DECISION_TIMEOUT : open.decisionTimeout();
    }

    void recipient(String address) {
        if (++recipients > settings.maxRecipients()) {
            refuse(TOO_MANY_RECIPIENTS);
        }
        attempt(open -> open.recipient(address));
    }

    /** Adds a header field; false if the header section has ended. */
    boolean header(HeaderField field) {
        if (phase == Phase.BODY) {
            return false;
        }
        phase = Phase.HEADERS;
        headerOctets += field.size();
        if (++headerFields > settings.maxHeaderFields() || headerOctets > settings.maxHeaderOctets()) {
            refuse(TOO_MUCH_HEADER);
        }
        attempt(open -> open.header(field));
        return true;
    }

    /** Ends the header section; false if it has ended already. */
    boolean endOfHeaders() {
        if (phase == Phase.BODY) {
            return false;
        }
        phase = Phase.BODY;
        attempt(MessageTransaction::endOfHeaders);
        return true;
    }

    void body(ByteBuffer octets) {
        // Known mail servers always end the header section first; libmilter does not require it.
        endOfHeaders();
        if (octets.hasRemaining()) {
            int offset = octets.arrayOffset() + octets.position();
            attempt(open -> open.body(octets.array(), offset, octets.remaining()));
        }
    }

    /**
     * Returns the replies for the decision, or a temporary failure if there is none. May block.
     *
     * @param claim called once there is a decision; false if the mail server has got its reply already, so that the
     *     decision is dropped
     */
    List<MilterReply> conclude(MacroValues macros, DecisionRenderer renderer, BooleanSupplier claim) {
        endOfHeaders();
        MessageTransaction open = transaction;
        boolean claimed = false;
        if (open != null) {
            try {
                List<MilterReply> rendered = renderer.render(open.finish(macros));
                claimed = claim.getAsBoolean();
                if (!claimed) {
                    return List.of();
                }
                confirm(open);
                return rendered;
            } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError bug) {
                if (!claimed && !claim.getAsBoolean()) {
                    LOG.log(System.Logger.Level.DEBUG, "a message was abandoned during the decision", bug);
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
            } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError bug) {
                if (!open.failed(bug)) {
                    failed(bug);
                }
            }
        }
    }

    /** The decision stands, even if it cannot be logged. */
    private static void confirm(MessageTransaction open) {
        try {
            open.confirm();
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError bug) {
            LOG.log(System.Logger.Level.ERROR, "the filter failed to note its decision, which was sent", bug);
        }
    }

    private void failed(Throwable bug) {
        LOG.log(System.Logger.Level.ERROR, "the filter failed; the message is deferred", bug);
        refuse(new MilterReply.TempFail());
    }

    @Override
    public void close() {
        MessageTransaction open = transaction;
        transaction = null;
        if (open != null) {
            try {
                open.close();
            } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError bug) {
                LOG.log(System.Logger.Level.ERROR, "the filter failed to close a message", bug);
            }
        }
    }
}
