package org.countersign;

import java.util.List;
import java.util.Set;
import org.countersign.message.AuthorDomain;
import org.countersign.message.TransportHazard;
import org.countersign.policy.Decision;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderEdit;

/**
 * What came of a message that was to be signed.
 *
 * @param author who it claims to be from
 * @param signedBy the identities whose signatures were added; none where {@code decision} says why not
 * @param hazards what in the message may break its signatures on the way
 */
public record SigningOutcome(
        AuthorDomain author,
        List<SigningIdentity> signedBy,
        Set<TransportHazard> hazards,
        Decision decision,
        List<HeaderEdit> edits)
        implements MessageOutcome {
    public SigningOutcome {
        signedBy = List.copyOf(signedBy);
        hazards = Set.copyOf(hazards);
        edits = List.copyOf(edits);
    }

    /** Whether the message was left unsigned because its From field has no author, or an ambiguous one. */
    public boolean lacksAuthor() {
        return signedBy.isEmpty() && !(author instanceof AuthorDomain.Single);
    }
}
