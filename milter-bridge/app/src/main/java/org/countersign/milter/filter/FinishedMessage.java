package org.countersign.milter.filter;

import java.time.Duration;
import org.countersign.MessageOutcome;
import org.countersign.milter.session.Envelope;
import org.countersign.milter.session.MacroValues;

/**
 * A message that was carried to its end, for whoever keeps count or record.
 *
 * @param macros as they stood at its end, the queue id among them
 * @param recipients how many the mail server had accepted
 * @param took from MAIL FROM to the conclusion
 */
public record FinishedMessage(
        Envelope envelope,
        MacroValues macros,
        int recipients,
        long bodyOctets,
        MessageOutcome conclusion,
        Duration took) {
    /** The mail server's name for the message, or {@code -}. */
    public String queueId() {
        return macros.queueId().or(() -> envelope.macros().queueId()).orElse("-");
    }
}
