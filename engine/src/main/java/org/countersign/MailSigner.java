package org.countersign;

import java.time.InstantSource;
import java.util.List;
import org.countersign.authres.AuthservIds;
import org.countersign.dkim.DkimSigner;
import org.countersign.dkim.DkimSigning;
import org.countersign.dkim.SignatureProfile;
import org.countersign.dkim.SigningIdentity;
import org.countersign.message.HeaderSection;

/** Signs the mail of our own users with DKIM. Holds no state of any message; one serves all threads. */
public final class MailSigner {
    private final SigningTable table;
    private final DkimSigner signer;
    private final MessageLimits limits;

    public MailSigner(SigningTable table, SignatureProfile profile, MessageLimits limits, InstantSource clock) {
        this.table = table;
        this.limits = limits;
        this.signer = new DkimSigner(profile, clock);
    }

    /**
     * A message has begun.
     *
     * @param ownIds the names of ours that must not stand in results that a user sends along
     */
    public OutgoingMail begin(AuthservIds ownIds) {
        return new OutgoingMail(this, ownIds);
    }

    SigningTable table() {
        return table;
    }

    MessageLimits limits() {
        return limits;
    }

    DkimSigning beginSigning(HeaderSection headers, List<SigningIdentity> identities) {
        return signer.begin(headers, identities);
    }
}
