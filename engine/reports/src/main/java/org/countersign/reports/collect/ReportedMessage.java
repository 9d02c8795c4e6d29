package org.countersign.reports.collect;

import org.countersign.MessageOutcome;
import org.countersign.policy.Decision;
import org.countersign.policy.MessageFacts;

/**
 * A message from outside that was judged. It refers to everything that the engine has computed about the message, so it is
 * counted at once and not kept.
 *
 * @param second when it was decided on, in seconds since 1970-01-01
 * @param queueId of the mail server; no text if unknown
 */
record ReportedMessage(long second, String queueId, MessageFacts facts, Decision decision) {
    static ReportedMessage of(MessageOutcome.Judged outcome, long second, String queueId) {
        return new ReportedMessage(second, queueId, outcome.facts(), outcome.decision());
    }
}
