package org.countersign;

import java.time.InstantSource;
import org.countersign.dkim.DkimSigner;
import org.countersign.dkim.DkimSigning;
import org.countersign.message.HeaderSection;
import org.countersign.outbound.OutboundSettings;
import org.countersign.signing.SigningChoice;
import org.countersign.signing.SigningRequest;
import org.countersign.signing.SigningSelector;
import org.countersign.signing.TransportCheck;

/** Signs the mail of our own users with DKIM. Holds no state of any message; one serves all threads. */
public final class MailSigner {
    private final OutboundSettings settings;
    private final SigningSelector signing;
    private final InstantSource clock;

    /**
     * @param signing chooses the keys of each message
     */
    public MailSigner(OutboundSettings settings, SigningSelector signing, InstantSource clock) {
        this.settings = settings;
        this.signing = signing;
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
        return settings.transportCheck();
    }

    MessageLimits limits() {
        return settings.limits();
    }

    /** Which keys sign a message now, or why none does. */
    SigningChoice choose(SigningRequest facts) {
        return signing.choose(facts, clock.instant());
    }

    DkimSigning beginSigning(HeaderSection headers, SigningChoice.Sign choice) {
        return new DkimSigner(choice.profile(), clock).begin(headers, choice.identities());
    }
}
