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
 * One set of a chain that passes (RFC 8617 §4.2). Its seal verifies, so its sealer wrote all of it.
 *
 * @param instance the number of the set, counted from 1
 * @param sealer {@code d=} of the ARC-Seal
 * @param selector {@code s=} of the ARC-Seal; printable
 * @param signer {@code d=} of the ARC-Message-Signature; empty if it is malformed
 * @param status {@code cv=}: the result of the chain that the sealer received
 * @param sealedAt {@code t=} of the ARC-Seal
 * @param resultsField the value of the ARC-Authentication-Results field
 * @param content whether the message is the one that the sealer sent
 * @param contentFailure why the message signature does not verify; empty if it verifies or was not evaluated
 */
public record ArcSet(
        int instance,
        DomainName sealer,
        String selector,
        Optional<DomainName> signer,
        ChainStatus status,
        Optional<Instant> sealedAt,
        Octets resultsField,
        Content content,
        Optional<SignatureFailure> contentFailure) {
    /**
     * The authentication results of the sealer, which count only if the sealer is trusted. Parsed by each call, because
     * the results of all sets of a chain would need much memory.
     */
    public ParsedResults results() {
        return AuthenticationResultsParser.parseArc(resultsField)
                .map(ArcAuthenticationResults::results)
                .orElseGet(() -> new ParsedResults.Malformed(Optional.empty(), 0, "no instance"));
    }

    /** What the ARC-Message-Signature of a set proves about this message. */
    public enum Content {
        /** The signature verifies and covers the whole body. */
        INTACT,
        /** The signature verifies, but leaves out a part of the body. */
        PARTLY_INTACT,
        /** The signature does not verify, or is malformed. */
        CHANGED,
        /** A newer signature did not verify, a limit was reached, or the key is unavailable now. */
        NOT_EVALUATED;

        /** Whether the signature verifies. */
        boolean verifies() {
            return this == INTACT || this == PARTLY_INTACT;
        }
    }
}
