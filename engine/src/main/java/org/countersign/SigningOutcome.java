package org.countersign;

import java.util.List;
import org.countersign.dkim.SigningIdentity;
import org.countersign.message.AuthorDomain;
import org.countersign.policy.Decision;

/**
 * What came of a message that was to be signed.
 *
 * @param author who it claims to be from
 * @param signedBy the identities whose signatures were added; none where {@code decision} says why not
 */
public record SigningOutcome(
        AuthorDomain author, List<SigningIdentity> signedBy, Decision decision, List<HeaderEdit> edits)
        implements Conclusion {
    public SigningOutcome {
        signedBy = List.copyOf(signedBy);
        edits = List.copyOf(edits);
    }
}
