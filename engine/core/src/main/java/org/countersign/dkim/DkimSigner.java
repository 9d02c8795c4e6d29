package org.countersign.dkim;

import java.time.InstantSource;
import java.util.List;
import org.countersign.message.HeaderSection;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;

/** Signs messages (RFC 6376 §5). Immutable; one is enough for a server. */
public final class DkimSigner {
    private final SigningDefaults profile;
    private final InstantSource clock;

    public DkimSigner(SigningDefaults profile, InstantSource clock) {
        this.profile = profile;
        this.clock = clock;
    }

    /**
     * Begins with a message whose header section is complete, as it will leave this host.
     *
     * @param identities one signature is made for each, in this order
     */
    public DkimSigning begin(HeaderSection headers, List<SigningIdentity> identities) {
        return new DkimSigning(profile, headers, List.copyOf(identities), clock.instant());
    }
}
