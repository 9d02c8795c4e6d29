package org.countersign.signing;

import java.util.List;
import org.countersign.policy.Decision;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;

/** Whether a message is signed, and by which keys. */
public sealed interface SigningChoice {
    /**
     * The message is signed.
     *
     * @param identities at least one, in the order in which they sign
     * @param defaults how to sign
     */
    record Sign(List<SigningIdentity> identities, SigningDefaults defaults) implements SigningChoice {
        public Sign {
            identities = List.copyOf(identities);
        }
    }

    /**
     * The message is not signed.
     *
     * @param decision the rule that says why, and what to do with the message
     */
    record DoNotSign(Decision decision) implements SigningChoice {}
}
