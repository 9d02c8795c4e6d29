package org.countersign;

import java.util.Optional;
import org.countersign.dns.MessageLookups;
import org.countersign.policy.Decision;
import org.countersign.policy.SmtpReply;
import org.countersign.policy.Verdict;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MemoryBudget;

/**
 * A message that takes its memory from the budget of all messages under way. Where the budget has no room, when the
 * message begins or while it grows, everything kept of the message is freed at once. The client is then asked to try
 * again.
 */
public final class MemoryMeteredSession implements MessageSession {
    /** What is said where there is no room, in every mode. */
    public static final SmtpReply REPLY =
            new SmtpReply(451, "4.3.2", "The server is too busy to check this message now, try again later");

    private static final Verdict TEMPFAIL = new Verdict.TempFail(REPLY);
    private static final MessageOutcome OVERLOADED = new MessageOutcome.Deferred(new Decision(
            TEMPFAIL,
            TEMPFAIL,
            "overloaded",
            "The messages under way take all the memory that limits.message-memory allows them."));

    // The checks of a message, each with a thread and its questions, and the room for canonicalizing its body.
    private static final int MESSAGE = 64 * 1024;
    // A field, and what is parsed from it: at most about its octets again, and a few objects.
    private static final int TIMES_A_FIELD = 2;
    private static final int FIELD = 128;
    private static final int RECIPIENT = 64;

    private final MemoryBudget.Share memory;
    private Optional<MessageSession> flow;

    private MemoryMeteredSession(MemoryBudget.Share memory, Optional<MessageSession> flow) {
        this.memory = memory;
        this.flow = flow;
    }

    /** Opens a message if there is room for it. */
    static MemoryMeteredSession open(MemoryBudget budget, Opening opening) {
        MemoryBudget.Share memory = budget.open();
        boolean room = memory.take(MESSAGE);
        boolean opened = false;
        try {
            MemoryMeteredSession mail =
                    new MemoryMeteredSession(memory, room ? Optional.of(opening.open(memory::take)) : Optional.empty());
            opened = true;
            return mail;
        } finally {
            if (!opened) {
                memory.close();
            }
        }
    }

    /** Begins to judge a message, or to sign it. */
    interface Opening {
        /**
         * @param room of the message, for what the checks keep
         */
        MessageSession open(MessageLookups.Room room);
    }

    /** Whether there was no room for the message, so that it ends in {@link MessageOutcome.Deferred}. */
    public boolean isOverloaded() {
        return flow.isEmpty();
    }

    /** Whether the message is from outside, and is being judged. */
    public boolean isIncoming() {
        return flow.filter(InboundMessage.class::isInstance).isPresent();
    }

    @Override
    public void recipient(String address) {
        if (take(RECIPIENT + address.length())) {
            flow.ifPresent(open -> open.recipient(address));
        }
    }

    @Override
    public void header(HeaderField field) {
        if (take(FIELD + TIMES_A_FIELD * (long) field.size())) {
            flow.ifPresent(open -> open.header(field));
        }
    }

    private boolean take(long octets) {
        if (flow.isPresent() && !memory.take(octets)) {
            close();
            flow = Optional.empty();
        }
        return flow.isPresent();
    }

    @Override
    public void endOfHeaders() {
        flow.ifPresent(MessageSession::endOfHeaders);
    }

    @Override
    public void body(byte[] octets, int offset, int length) {
        flow.ifPresent(open -> open.body(octets, offset, length));
    }

    @Override
    public MessageOutcome conclude() {
        return flow.map(MessageSession::conclude).orElse(OVERLOADED);
    }

    @Override
    public void close() {
        flow.ifPresent(MessageSession::close);
        memory.close();
    }
}
