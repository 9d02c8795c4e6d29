package org.countersign.arc;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.countersign.dkim.BodyHashes;
import org.countersign.dkim.ContentSigning;
import org.countersign.dkim.DkimVerifier;
import org.countersign.dkim.SignatureProfile;
import org.countersign.dkim.SigningIdentity;
import org.countersign.message.HeaderSection;

/** Seals messages that are passed on (RFC 8617 §5.1). Immutable; one is enough for a server. */
public final class ArcSealer {
    /**
     * What our message signatures cover beside what those of DKIM do (RFC 8617 §4.1.2). Neither has fields of
     * Authentication-Results and others that we or the next host take away or add.
     */
    private static final List<String> BESIDES = List.of(DkimVerifier.FIELD);

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
     * Begins with a message whose header section is complete, as it will leave this host but for fields of
     * Authentication-Results and the like, which no message signature covers.
     *
     * @param bodyHashes gets the body from the caller, for all signatures of the message
     */
    public ArcSealing begin(HeaderSection headers, BodyHashes bodyHashes) {
        return new ArcSealing(
                identity,
                headers,
                new ContentSigning(SignatureProfile.DEFAULT, BESIDES, headers, bodyHashes),
                clock.instant());
    }
}
