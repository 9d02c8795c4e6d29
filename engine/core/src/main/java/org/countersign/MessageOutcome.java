package org.countersign;

import java.util.List;
import org.countersign.policy.Decision;
import org.countersign.smtp.HeaderEdit;

/** What the engine concluded about a message. */
public sealed interface MessageOutcome
        permits AuthenticationOutcome, SigningOutcome, MessageOutcome.Untouched, MessageOutcome.Deferred {
    /** What is to be done with the message, and why. */
    Decision decision();

    /** Changes to the header section, where the message is delivered. */
    List<HeaderEdit> edits();

    /** A message that was not evaluated because memory is short: the client is asked to try again later. */
    record Deferred(Decision decision) implements MessageOutcome {
        @Override
        public List<HeaderEdit> edits() {
            return List.of();
        }
    }

    /** A message between our own machines: neither judged nor signed, nothing changed. */
    record Untouched(Decision decision) implements MessageOutcome {
        @Override
        public List<HeaderEdit> edits() {
            return List.of();
        }
    }
}
