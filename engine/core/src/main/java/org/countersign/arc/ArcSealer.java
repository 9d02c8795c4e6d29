package org.countersign.arc;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.countersign.canonical.BodyHashes;
import org.countersign.dkim.DkimSignature;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;

/** Seals messages that are passed on (RFC 8617 §5.1). Immutable; one is enough for a server. */
public final class ArcSealer {
    /**
     * What our message signatures cover beside what those of DKIM do (RFC 8617 §4.1.2). Neither has fields of
     * Authentication-Results and others that we or the next host take away or add.
     */
    static final List<String> BESIDES = List.of(DkimSignature.FIELD);

    static final SigningDefaults PROFILE = SigningDefaults.DEFAULT;

    private final SigningIdentity identity;
    private final InstantSource clock;

    /**
     * @param identity signs both the message signature and the seal; an AUID of it is left out
     */
    public ArcSealer(SigningIdentity identity, InstantSource clock) {
        this.identity = identity.withAuid(Optional.empty());
        this.clock = clock;
    }

    /**
     * Begins with a message of which the body is still to come.
     *
     * @param bodyHashes gets the body from the caller, for all signatures of the message
     */
    public ArcSealOperation begin(BodyHashes bodyHashes) {
        bodyHashes.request(PROFILE.bodyHashRequest());
        return new ArcSealOperation(identity, bodyHashes, clock.instant());
    }
}
