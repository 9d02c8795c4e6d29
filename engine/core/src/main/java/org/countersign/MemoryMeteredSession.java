package org.countersign;

import java.util.Optional;
import org.countersign.TrafficRules.Direction;
import org.countersign.dns.DnsRecorder;
import org.countersign.policy.Decision;
import org.countersign.policy.SmtpReply;
import org.countersign.policy.Verdict;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MemoryBudget;

/**
 * A session that reserves its memory from the budget of all messages in flight. If the budget is exhausted, when the
 * message begins or while it grows, all memory of the message is released at once. The outcome then asks the client to
 * retry later.
 */
public final class MemoryMeteredSession implements MessageSession {
    /** The reply if the budget is exhausted, in every mode. */
    public static final SmtpReply REPLY =
            new SmtpReply(451, "4.3.2", "The server is too busy to check this message now, try again later");

    private static final Verdict TEMPFAIL = new Verdict.TempFail(REPLY);
    private static final MessageOutcome OVERLOADED = new MessageOutcome.Unevaluated(new Decision(
            TEMPFAIL,
            TEMPFAIL,
            "overloaded",
            "Messages in flight use all the memory that limits.message-memory allows."));

    // The checks of a message, each with a thread and its queries, and buffers to canonicalize the body.
    private static final int MESSAGE_OCTETS = 64 * 1024;
    // A field and what is parsed from it: about twice its octets, and a few objects.
    private static final int FIELD_FACTOR = 2;
    private static final int FIELD_OCTETS = 128;
    private static final int RECIPIENT_OCTETS = 64;

    private final MemoryBudget.Share memory;
    private final Direction direction;
    private Optional<MessageSession> session;

    private MemoryMeteredSession(MemoryBudget.Share memory, Direction direction, Optional<MessageSession> session) {
        this.memory = memory;
        this.direction = direction;
        this.session = session;
    }

    /**
     * Opens a message if the budget allows it.
     *
     * @param factory opens messages of this direction
     * @param recorder records the DNS queries of the message
     */
    static MemoryMeteredSession open(
            MemoryBudget budget,
            Direction direction,
            MessageSessionFactory factory,
            SmtpTransaction transaction,
            DnsRecorder recorder) {
        MemoryBudget.Share memory = budget.open();
        boolean opened = false;
        try {
            Optional<MessageSession> session = memory.take(MESSAGE_OCTETS)
                    ? Optional.of(factory.open(transaction, memory::take, recorder))
                    : Optional.empty();
            opened = true;
            return new MemoryMeteredSession(memory, direction, session);
        } finally {
            if (!opened) {
                memory.close();
            }
        }
    }

    /** Whether the budget is exhausted, so that its outcome is {@link MessageOutcome.Unevaluated}. */
    public boolean isOverloaded() {
        return session.isEmpty();
    }

    /** Whether the message is from outside and the budget allows it to be judged. */
    public boolean isInbound() {
        return direction == Direction.INBOUND && session.isPresent();
    }

    @Override
    public void recipient(String address) {
        if (take(RECIPIENT_OCTETS + address.length())) {
            session.ifPresent(open -> open.recipient(address));
        }
    }

    @Override
    public void header(HeaderField field) {
        if (take(FIELD_OCTETS + FIELD_FACTOR * (long) field.size())) {
            session.ifPresent(open -> open.header(field));
        }
    }

    private boolean take(long octets) {
        if (session.isPresent() && !memory.take(octets)) {
            close();
            session = Optional.empty();
        }
        return session.isPresent();
    }

    @Override
    public void endOfHeaders() {
        session.ifPresent(MessageSession::endOfHeaders);
    }

    @Override
    public void body(byte[] octets, int offset, int length) {
        session.ifPresent(open -> open.body(octets, offset, length));
    }

    @Override
    public MessageOutcome conclude() {
        return session.map(MessageSession::conclude).orElse(OVERLOADED);
    }

    @Override
    public void close() {
        try (memory) {
            session.ifPresent(MessageSession::close);
        }
    }
}
