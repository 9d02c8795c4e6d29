package org.countersign.explain;

import org.countersign.MessageOutcome;
import org.countersign.message.TransportHazard;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderEdit;

/** Explains an outbound message: the keys that sign it, and what may break a signature in transit. */
final class OutboundExplanation {
    private OutboundExplanation() {}

    /** Omits the added signatures, because their timestamps make them different each time. */
    static void addTo(Explanation.Group tree, MessageOutcome.Signed outcome) {
        tree.put("author", InboundExplanation.author(outcome.author()))
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
                        InboundExplanation::edit);
    }

    private static Explanation identity(SigningIdentity identity) {
        return new Explanation.Group()
                .text("domain", identity.sdid())
                .text("selector", identity.selector())
                .text("algorithm", identity.key().algorithm().tag())
                .text("identity", identity.auid());
    }
}
