package org.countersign.dkim;

import java.time.InstantSource;
import java.util.List;
import org.countersign.message.HeaderSection;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;

/** Signs messages (RFC 6376 §5). Immutable; a server needs one instance. */
public final class DkimSigner {
    private final SigningDefaults defaults;
    private final InstantSource clock;

    /**
     * @param clock for the time of {@code t=}
     */
    public DkimSigner(SigningDefaults defaults, InstantSource clock) {
        this.defaults = defaults;
        this.clock = clock;
    }

    /**
     * Begins to sign a message.
     *
     * @param headers the complete header section, as this host will send it
     * @param identities for each of them one signature is made, in this order
     */
    public DkimSigning begin(HeaderSection headers, List<SigningIdentity> identities) {
        return new DkimSigning(defaults, headers, List.copyOf(identities), clock.instant(), false);
    }

    /**
     * Begins to sign a message that may have been signed here before. An identity signs only if the message has no valid
     * signature by it that is as good as a new one.
     *
     * @param headers the complete header section, as this host will send it
     * @param identities for each of them at most one signature is made, in this order
     */
    public DkimSigning beginUnlessSigned(HeaderSection headers, List<SigningIdentity> identities) {
        return new DkimSigning(defaults, headers, List.copyOf(identities), clock.instant(), true);
    }
}
