package org.countersign.arc;

import java.time.Instant;
import java.util.Optional;
import org.countersign.authres.ArcAuthenticationResults;
import org.countersign.authres.AuthenticationResultsParser;
import org.countersign.authres.ParsedResults;
import org.countersign.domain.DomainName;
import org.countersign.keys.SignatureFailure;
import org.countersign.syntax.Octets;

/**
 * One set of a chain that passes (RFC 8617 §4.2): its seal verifies, so all of it is from its sealer.
 *
 * @param instance which handler it is from, counted from 1
 * @param sealer {@code d=} of the ARC-Seal, who vouches for the set
 * @param selector {@code s=} of the ARC-Seal; printable
 * @param signer {@code d=} of the ARC-Message-Signature; empty where that is malformed
 * @param status {@code cv=}: what the sealer said of the chain that it received
 * @param sealedAt {@code t=} of the ARC-Seal
 * @param carried the value of the ARC-Authentication-Results field
 * @param content whether the message is still the one that the sealer handed on
 * @param contentFailure why it is not known to be; empty where the message signature verifies, or was not looked at
 */
public record ArcSet(
        int instance,
        DomainName sealer,
        String selector,
        Optional<DomainName> signer,
        ChainStatus status,
        Optional<Instant> sealedAt,
        Octets carried,
        Content content,
        Optional<SignatureFailure> contentFailure) {
    /**
     * What the sealer says that it found, to be believed only of one who is trusted. Read for each call, since the
     * results of all sets of a chain would take much memory.
     */
    public ParsedResults results() {
        return AuthenticationResultsParser.parseCarried(carried)
                .map(ArcAuthenticationResults::results)
                .orElseGet(() -> new ParsedResults.Malformed(Optional.empty(), 0, "no instance"));
    }

    /** What the ARC-Message-Signature of a set tells about the message at hand. */
    public enum Content {
        /** The body and the header fields that were signed are as they were. */
        INTACT,
        /** What was signed is as it was, but the signature leaves out a part of the body. */
        PARTLY_INTACT,
        /** The signature does not verify, or cannot be used. */
        CHANGED,
        /** A newer signature did not verify, this one was beyond what is looked at, or its key is not to be had now. */
        NOT_EVALUATED;

        /** Whether the signature verifies. */
        public boolean verifies() {
            return this == INTACT || this == PARTLY_INTACT;
        }
    }
}
