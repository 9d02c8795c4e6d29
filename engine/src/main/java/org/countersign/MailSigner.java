package org.countersign;

import java.time.InstantSource;
import org.countersign.authres.AuthservIds;
import org.countersign.dkim.DkimSigner;
import org.countersign.dkim.DkimSigning;
import org.countersign.message.HeaderSection;
import org.countersign.signing.SigningChoice;
import org.countersign.signing.SigningFacts;
import org.countersign.signing.SigningPolicy;

/** Signs the mail of our own users with DKIM. Holds no state of any message; one serves all threads. */
public final class MailSigner {
    private final SigningPolicy policy;
    private final MessageLimits limits;
    private final InstantSource clock;

    public MailSigner(SigningPolicy policy, MessageLimits limits, InstantSource clock) {
        this.policy = policy;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * A message has begun.
     *
     * @param ownIds the names of ours that must not stand in results that a user sends along
     */
    public OutgoingMail begin(SmtpTransaction transaction, AuthservIds ownIds) {
        return new OutgoingMail(this, transaction, ownIds);
    }

    MessageLimits limits() {
        return limits;
    }

    /** Which keys sign a message now, or why none does. */
    SigningChoice choose(SigningFacts facts) {
        return policy.choose(facts, clock.instant(), identity -> true);
    }

    DkimSigning beginSigning(HeaderSection headers, SigningChoice.Sign choice) {
        return new DkimSigner(choice.profile(), clock).begin(headers, choice.identities());
    }
}
