package org.countersign;

import java.time.InstantSource;
import org.countersign.dkim.DkimSigner;
import org.countersign.dkim.DkimSigning;
import org.countersign.message.HeaderSection;
import org.countersign.signing.SigningChoice;
import org.countersign.signing.SigningPolicy;
import org.countersign.signing.SigningRequest;
import org.countersign.signing.SigningSelector;
import org.countersign.signing.TransportCheck;

/** Signs the mail of our own users with DKIM. Holds no state of any message; one serves all threads. */
public final class MailSigner {
    private final SigningSelector signing;
    private final TransportCheck lookAhead;
    private final MessageLimits limits;
    private final InstantSource clock;

    /** Without a key guard, and with the usual look-ahead. */
    public MailSigner(SigningPolicy policy, MessageLimits limits, InstantSource clock) {
        this(SigningSelector.unguarded(policy), TransportCheck.DEFAULT, limits, clock);
    }

    public MailSigner(SigningSelector signing, TransportCheck lookAhead, MessageLimits limits, InstantSource clock) {
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
    OutboundMessage begin(SmtpTransaction transaction, LocalHeaders own, Reinjection.Check check) {
        return new OutboundMessage(this, transaction, own, check);
    }

    TransportCheck lookAhead() {
        return lookAhead;
    }

    MessageLimits limits() {
        return limits;
    }

    /** Which keys sign a message now, or why none does. */
    SigningChoice choose(SigningRequest facts) {
        return signing.choose(facts, clock.instant());
    }

    DkimSigning beginSigning(HeaderSection headers, SigningChoice.Sign choice) {
        return new DkimSigner(choice.profile(), clock).begin(headers, choice.identities());
    }
}
