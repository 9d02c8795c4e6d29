package org.countersign.cli;

import org.countersign.HeaderEdit;
import org.countersign.SigningOutcome;
import org.countersign.message.TransportHazard;
import org.countersign.signature.SigningIdentity;

/** The evidence of an outbound message: which keys would sign it, or why none does. */
final class SigningTree {
    private SigningTree() {}

    /** The signatures themselves are left out: they are others at each moment. */
    static Evidence.Group of(SigningOutcome outcome) {
        return OutcomeTree.decision(outcome.decision())
                .put("author", OutcomeTree.author(outcome.author()))
                .list("signed-by", outcome.signedBy(), SigningTree::identity)
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
                        OutcomeTree::edit);
    }

    private static Evidence identity(SigningIdentity identity) {
        return new Evidence.Group()
                .text("domain", identity.sdid())
                .text("selector", identity.selector())
                .text("algorithm", identity.key().algorithm().tag())
                .text("identity", identity.auid());
    }
}
