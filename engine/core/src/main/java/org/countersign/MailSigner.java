package org.countersign;

import java.time.InstantSource;
import org.countersign.dkim.DkimSigner;
import org.countersign.dkim.DkimSigning;
import org.countersign.message.HeaderSection;
import org.countersign.signing.GuardedSigning;
import org.countersign.signing.LookAhead;
import org.countersign.signing.SigningChoice;
import org.countersign.signing.SigningFacts;
import org.countersign.signing.SigningPolicy;

/** Signs the mail of our own users with DKIM. Holds no state of any message; one serves all threads. */
public final class MailSigner {
    private final GuardedSigning signing;
    private final LookAhead lookAhead;
    private final MessageLimits limits;
    private final InstantSource clock;

    /** Without a key guard, and with the usual look-ahead. */
    public MailSigner(SigningPolicy policy, MessageLimits limits, InstantSource clock) {
        this(GuardedSigning.unguarded(policy), LookAhead.DEFAULT, limits, clock);
    }

    public MailSigner(GuardedSigning signing, LookAhead lookAhead, MessageLimits limits, InstantSource clock) {
        this.signing = signing;
        this.lookAhead = lookAhead;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * A message has begun.
     *
     * @param own the fields in our name that a user must not send along
     * @param check which signs of another author's message to look for
     */
    OutgoingMail begin(SmtpTransaction transaction, OwnHeaders own, Reinjection.Check check) {
        return new OutgoingMail(this, transaction, own, check);
    }

    LookAhead lookAhead() {
        return lookAhead;
    }

    MessageLimits limits() {
        return limits;
    }

    /** Which keys sign a message now, or why none does. */
    SigningChoice choose(SigningFacts facts) {
        return signing.choose(facts, clock.instant());
    }

    DkimSigning beginSigning(HeaderSection headers, SigningChoice.Sign choice) {
        return new DkimSigner(choice.profile(), clock).begin(headers, choice.identities());
    }
}
