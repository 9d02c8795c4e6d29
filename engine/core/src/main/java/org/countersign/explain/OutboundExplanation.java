package org.countersign.explain;

import org.countersign.SigningOutcome;
import org.countersign.message.TransportHazard;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderEdit;

/** The evidence of an outbound message: which keys would sign it, or why none does. */
public final class OutboundExplanation {
    private OutboundExplanation() {}

    /** The signatures themselves are left out: they are others at each moment. */
    public static Explanation.Group of(SigningOutcome outcome) {
        return MessageExplanation.decision(outcome.decision())
                .put("author", MessageExplanation.author(outcome.author()))
                .list("signed-by", outcome.signedBy(), OutboundExplanation::identity)
                .texts(
                        "hazards",
                        outcome.hazards().stream()
                                .sorted()
                                .map(TransportHazard::keyword)
                                .toList())
                .list(
                        "edits",
                        outcome.edits().stream()
                                .filter(HeaderEdit.Remove.class::isInstance)
                                .toList(),
                        MessageExplanation::edit);
    }

    private static Explanation identity(SigningIdentity identity) {
        return new Explanation.Group()
                .text("domain", identity.sdid())
                .text("selector", identity.selector())
                .text("algorithm", identity.key().algorithm().tag())
                .text("identity", identity.auid());
    }
}
