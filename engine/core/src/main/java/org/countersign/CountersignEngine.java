package org.countersign;

import org.countersign.dns.MessageLookups;
import org.countersign.smtp.MemoryBudget;

/**
 * The engine as a front end sees it: every message goes in by {@link #open}, whichever way it is bound. Holds
 * no state of any message; one serves all threads.
 */
public final class CountersignEngine {
    private final TrafficRules traffic;
    private final MailAuthenticator authenticator;
    private final MailSigner signer;
    private final MemoryBudget memory;

    /** With a budget of its own, a part of the heap. */
    public CountersignEngine(TrafficRules traffic, MailAuthenticator authenticator, MailSigner signer) {
        this(traffic, authenticator, signer, MemoryBudget.ofHeap());
    }

    /**
     * @param memory what all messages under way may take together, those of other engines of this process included
     */
    public CountersignEngine(
            TrafficRules traffic, MailAuthenticator authenticator, MailSigner signer, MemoryBudget memory) {
        this.traffic = traffic;
        this.authenticator = authenticator;
        this.signer = signer;
        this.memory = memory;
    }

    /** What all messages under way may take together. */
    public MemoryBudget memory() {
        return memory;
    }

    /** Which way a message is bound, without opening it: nothing is looked up. */
    public TrafficRules.Direction direction(SmtpTransaction transaction) {
        return traffic.direction(transaction);
    }

    /**
     * A message has begun: MAIL FROM was given and accepted. Where there is no memory for it, now or as it grows, it
     * ends in {@link MessageOutcome.Deferred}.
     */
    public MessageSession open(SmtpTransaction transaction) {
        return direction(transaction) == TrafficRules.Direction.INTERNAL
                ? new PassedThrough()
                : MemoryMeteredSession.open(memory, room -> open(transaction, room));
    }

    /**
     * Opens a message that a host has accepted already, so that it cannot ask the client to try again: there is always
     * room for it. Such a host must not have many at a time.
     */
    public MessageSession openAccepted(SmtpTransaction transaction) {
        return open(transaction, MessageLookups.Room.UNLIMITED);
    }

    private MessageSession open(SmtpTransaction transaction, MessageLookups.Room room) {
        return switch (direction(transaction)) {
            case INBOUND -> authenticator.begin(transaction, transaction.client(), room);
            case OUTBOUND ->
                signer.begin(
                        transaction,
                        authenticator.ownHeaders(authenticator.identity(transaction)),
                        traffic.reinjectionCheck(transaction));
            case INTERNAL -> new PassedThrough();
        };
    }
}
