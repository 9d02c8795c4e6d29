package org.countersign;

import org.countersign.dns.DnsRecorder;
import org.countersign.dns.MessageLookups;

/** Opens the sessions of one direction: of mail that is judged, or of mail that is signed. Used by all threads. */
@FunctionalInterface
public interface MessageSessionFactory {
    /**
     * Begins a message.
     *
     * @param transaction what is known when MAIL FROM has been accepted
     * @param answerMemory the memory that DNS answers of this message may take
     * @param recorder records the DNS queries of this message; if it is on, the outcome also has the evidence that only a
     *     full explanation shows
     */
    MessageSession open(SmtpTransaction transaction, MessageLookups.AnswerMemory answerMemory, DnsRecorder recorder);

    /** Finds the forged fields of a message that is accepted without an evaluation. */
    default ForgedFields forgedFields(SmtpTransaction transaction) {
        return ForgedFields.NONE;
    }
}
