package org.countersign.arc;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.countersign.canonical.BodyHashes;
import org.countersign.dkim.DkimSignature;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;

/** Seals messages that are relayed (RFC 8617 §5.1). Immutable; a server needs one instance. */
public final class ArcSealer {
    /**
     * The fields that a message signature covers in addition to those of DKIM (RFC 8617 §4.1.2). It covers no fields that
     * this host or the next one adds or removes, such as Authentication-Results.
     */
    static final List<String> ADDITIONAL_FIELDS = List.of(DkimSignature.FIELD);

    static final SigningDefaults DEFAULTS = SigningDefaults.DEFAULT;

    private final SigningIdentity identity;
    private final InstantSource clock;

    /**
     * @param identity signs both the message signature and the seal; its AUID is not used
     * @param clock for the time of {@code t=}
     */
    public ArcSealer(SigningIdentity identity, InstantSource clock) {
        this.identity = identity.withAuid(Optional.empty());
        this.clock = clock;
    }

    /**
     * Begins to seal a message before its body arrives.
     *
     * @param bodyHashes of the message, for all its signatures; the caller passes the body to it
     */
    public ArcSealOperation begin(BodyHashes bodyHashes) {
        bodyHashes.request(DEFAULTS.bodyHashRequest());
        return new ArcSealOperation(identity, bodyHashes, clock.instant());
    }
}
