package org.countersign.milter.filter;

import java.time.Duration;
import org.countersign.MessageOutcome;
import org.countersign.dns.DnsTrace;
import org.countersign.milter.session.Envelope;
import org.countersign.milter.session.MacroValues;

/**
 * A message that was decided on, for logs and counters.
 *
 * @param macros the macros at its end, including the queue id
 * @param recipients the number of recipients that the mail server had accepted
 * @param bodyOctets the size of the body, in octets
 * @param took the time from MAIL FROM to the outcome
 * @param dns the DNS queries of the message; none if they are not recorded
 */
public record FinishedMessage(
        Envelope envelope,
        MacroValues macros,
        int recipients,
        long bodyOctets,
        MessageOutcome outcome,
        Duration took,
        DnsTrace dns) {
    /** A message whose DNS queries are not recorded. */
    public FinishedMessage(
            Envelope envelope,
            MacroValues macros,
            int recipients,
            long bodyOctets,
            MessageOutcome outcome,
            Duration took) {
        this(envelope, macros, recipients, bodyOctets, outcome, took, DnsTrace.NONE);
    }

    /** The queue id of the message, or {@code -}. */
    public String queueId() {
        return macros.queueId().or(() -> envelope.macros().queueId()).orElse("-");
    }
}
