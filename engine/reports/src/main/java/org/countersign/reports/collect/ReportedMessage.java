package org.countersign.reports.collect;

import org.countersign.MessageOutcome;
import org.countersign.policy.Decision;
import org.countersign.policy.MessageFacts;

/**
 * A message from outside that was judged. It refers to what the engine has computed; everything else is computed by
 * {@link MessageRow} on another thread.
 *
 * @param second when it was decided on, in seconds since 1970-01-01
 * @param queueId of the mail server; no text if unknown
 */
record ReportedMessage(long second, String queueId, MessageFacts facts, Decision decision) {
    private static final int OCTETS = 6 * 1024;
    private static final int OCTETS_OF_A_SIGNATURE = 2 * 1024;

    static ReportedMessage of(MessageOutcome.Judged outcome, long second, String queueId) {
        return new ReportedMessage(second, queueId, outcome.facts(), outcome.decision());
    }

    /** About how many octets of memory the message keeps while it waits. */
    int octets() {
        return OCTETS + OCTETS_OF_A_SIGNATURE * facts.signatures().size();
    }
}
