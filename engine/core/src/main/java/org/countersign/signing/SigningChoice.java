package org.countersign.signing;

import java.util.List;
import org.countersign.policy.Decision;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;

/** What is to be done about signing a message. */
public sealed interface SigningChoice {
    /**
     * Sign it.
     *
     * @param identities at least one, in the order in which they sign
     */
    record Sign(List<SigningIdentity> identities, SigningDefaults profile) implements SigningChoice {
        public Sign {
            identities = List.copyOf(identities);
        }
    }

    /**
     * Do not.
     *
     * @param decision with the rule that says why, and what becomes of the message
     */
    record Leave(Decision decision) implements SigningChoice {}
}
