package org.countersign;

import java.util.List;
import java.util.Optional;
import org.countersign.arc.SealedArcSet;
import org.countersign.dns.LookupTrace;
import org.countersign.policy.Decision;
import org.countersign.policy.MessageFacts;
import org.countersign.smtp.HeaderEdit;

/**
 * What came of judging a message.
 *
 * @param facts every result with its evidence
 * @param decision what is to be done, and why
 * @param edits the forged fields to remove and ours to add
 * @param seal the ARC Set among those edits, where the message is sealed
 * @param forged how many fields in our name the message came with
 * @param lookups what the DNS was asked for this message, in the order asked
 */
public record AuthenticationOutcome(
        MessageFacts facts,
        Decision decision,
        List<HeaderEdit> edits,
        Optional<SealedArcSet> seal,
        int forged,
        List<LookupTrace> lookups)
        implements MessageOutcome {
    public AuthenticationOutcome {
        edits = List.copyOf(edits);
        lookups = List.copyOf(lookups);
    }

    /** The same with another record of what was asked. */
    public AuthenticationOutcome withLookups(List<LookupTrace> others) {
        return new AuthenticationOutcome(facts, decision, edits, seal, forged, others);
    }
}
