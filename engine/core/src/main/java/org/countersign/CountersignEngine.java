package org.countersign;

import org.countersign.TrafficRules.Direction;
import org.countersign.dns.DnsRecorder;
import org.countersign.dns.MessageLookups;
import org.countersign.smtp.MemoryBudget;

/**
 * Opens a session for every message: to judge it, to sign it, or to let it pass. Holds no state of any message; one
 * engine serves all threads.
 */
public final class CountersignEngine {
    private final TrafficRules traffic;
    private final MessageSessionFactory inbound;
    private final MessageSessionFactory outbound;
    private final MemoryBudget memory;

    /** An engine with its own memory budget, a part of the heap. */
    public CountersignEngine(TrafficRules traffic, MessageSessionFactory inbound, MessageSessionFactory outbound) {
        this(traffic, inbound, outbound, MemoryBudget.ofHeap());
    }

    /**
     * @param traffic tells the direction of each message
     * @param inbound opens messages to judge
     * @param outbound opens messages to sign
     * @param memory the memory that all messages in flight may take together, with those of other engines of this
     *     process
     */
    public CountersignEngine(
            TrafficRules traffic, MessageSessionFactory inbound, MessageSessionFactory outbound, MemoryBudget memory) {
        this.traffic = traffic;
        this.inbound = inbound;
        this.outbound = outbound;
        this.memory = memory;
    }

    /** The memory that all messages in flight may take together. */
    public MemoryBudget memory() {
        return memory;
    }

    /** The direction of a message, without opening it. Makes no DNS query. */
    public Direction direction(SmtpTransaction transaction) {
        return traffic.direction(transaction);
    }

    /**
     * Opens a message after the mail server has accepted its MAIL FROM. If there is no memory for the message, now or
     * as it grows, its outcome is {@link MessageOutcome.Unevaluated}.
     */
    public MessageSession open(SmtpTransaction transaction) {
        return open(transaction, DnsRecorder.OFF);
    }

    /**
     * Opens a message as {@link #open(SmtpTransaction)} does, whose DNS queries are recorded.
     *
     * @param recorder of this message only
     */
    public MessageSession open(SmtpTransaction transaction, DnsRecorder recorder) {
        return switch (direction(transaction)) {
            case INBOUND -> MemoryMeteredSession.open(memory, Direction.INBOUND, inbound, transaction, recorder);
            case OUTBOUND -> MemoryMeteredSession.open(memory, Direction.OUTBOUND, outbound, transaction, recorder);
            case INTERNAL -> passThrough(transaction);
        };
    }

    /**
     * Opens a message that the mail server has already accepted, so that the client cannot be asked to try again. Its
     * memory is not counted, so a host must not have many such messages at a time.
     */
    public MessageSession openAccepted(SmtpTransaction transaction) {
        return openAccepted(transaction, DnsRecorder.OFF);
    }

    /**
     * Opens a message as {@link #openAccepted(SmtpTransaction)} does, whose DNS queries are recorded.
     *
     * @param recorder of this message only
     */
    public MessageSession openAccepted(SmtpTransaction transaction, DnsRecorder recorder) {
        return switch (direction(transaction)) {
            case INBOUND -> inbound.open(transaction, MessageLookups.AnswerMemory.UNLIMITED, recorder);
            case OUTBOUND -> outbound.open(transaction, MessageLookups.AnswerMemory.UNLIMITED, recorder);
            case INTERNAL -> passThrough(transaction);
        };
    }

    /**
     * Finds the forged fields of a message. A host that accepts a message without evaluating it must remove them, because
     * later programs trust these fields.
     */
    public ForgedFields forgedFields(SmtpTransaction transaction) {
        return switch (direction(transaction)) {
            case INBOUND -> inbound.forgedFields(transaction);
            case OUTBOUND -> outbound.forgedFields(transaction);
            case INTERNAL -> ForgedFields.NONE;
        };
    }

    private MessageSession passThrough(SmtpTransaction transaction) {
        return new PassThroughSession(traffic.passThroughReason(transaction));
    }
}
