package org.countersign.arc;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.countersign.authres.AuthenticationResults;
import org.countersign.authres.AuthenticationResultsWriter;
import org.countersign.canonical.BodyHashes;
import org.countersign.canonical.Canonicalization;
import org.countersign.canonical.HeaderHash;
import org.countersign.message.HeaderSection;
import org.countersign.signature.SignatureBuilder;
import org.countersign.signature.SignatureWriter;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderField;

/** Seals one message while its body arrives. Not thread-safe. */
public final class ArcSealOperation {
    private final SigningIdentity identity;
    private final BodyHashes bodyHashes;
    private final Instant now;

    ArcSealOperation(SigningIdentity identity, BodyHashes bodyHashes, Instant now) {
        this.identity = identity;
        this.bodyHashes = bodyHashes;
        this.now = now;
    }

    /**
     * Seals the message after the end of its body. May be called again with other headers or results.
     *
     * @param headers the header section as this host will send it, including the received chain. Fields that no message
     *     signature covers, such as Authentication-Results, may be missing.
     * @param chain the result of the received chain
     * @param results the results of this host, as in its Authentication-Results field
     * @return empty if the chain already has {@code cv=fail}, exceeds a limit, has 50 sets, or could not be verified
     *     because of a temporary error
     */
    public Optional<SealedArcSet> seal(HeaderSection headers, ArcResult chain, AuthenticationResults results) {
        int instance = nextInstance(chain);
        if (instance == 0 || instance > ArcLimits.MAX_SETS) {
            return Optional.empty();
        }
        HeaderField resultsField = AuthenticationResultsWriter.renderArc(instance, results);
        HeaderField signature = new SignatureBuilder(
                        ArcSealer.DEFAULTS, ArcSealer.ADDITIONAL_FIELDS, headers, bodyHashes)
                .sign(begin(ArcSetFields.MESSAGE_SIGNATURE, instance), identity, now);
        HeaderField seal = sign(
                instance,
                chain.status(),
                hashOfEarlierSets(headers, chain).add(resultsField).add(signature));
        return Optional.of(new SealedArcSet(instance, chain.status(), List.of(seal, signature, resultsField)));
    }

    /** The instance of the new set (RFC 8617 §5.1 steps 2 and 3); 0 if none may be added. */
    private static int nextInstance(ArcResult chain) {
        return switch (chain) {
            case ArcResult.None none -> 1;
            case ArcResult.Pass pass -> pass.chain().newest().instance() + 1;
            // A seal with cv=fail ends a chain permanently, so a local limit must not lead to one.
            case ArcResult.Fail fail
            when fail.problem() == ArcProblem.MARKED_AS_FAILED
                    || fail.problem() == ArcProblem.TOO_MANY_SETS
                    || fail.problem().isLocalLimit() -> 0;
            case ArcResult.Fail fail -> fail.highest() + 1;
            // RFC 8617 §5.2.1 makes this a fail, but the next host may get the key.
            case ArcResult.TempError error -> 0;
        };
    }

    private static SignatureWriter begin(String field, int instance) {
        return new SignatureWriter(field).tag("i", Integer.toString(instance));
    }

    /** Hashes what a seal covers before its own set: all earlier sets, or nothing if the chain failed. */
    private static HeaderHash hashOfEarlierSets(HeaderSection headers, ArcResult chain) {
        HeaderHash hash = new HeaderHash(Canonicalization.RELAXED);
        // RFC 8617 §5.1.2: a seal with cv=fail covers its own set only.
        if (chain instanceof ArcResult.Pass
                && ArcChainParser.parse(headers) instanceof ArcChainParser.Result.Chain read) {
            for (ArcSetFields set : read.sets()) {
                hash.add(set.authenticationResults())
                        .add(set.messageSignature().field())
                        .add(set.seal().field());
            }
        }
        return hash;
    }

    // RFC 8617 §4.1.3
    private HeaderField sign(int instance, ChainStatus status, HeaderHash hash) {
        SignatureWriter writer = begin(ArcSetFields.SEAL, instance)
                .tag("a", identity.key().algorithm().tag())
                .tag("t", Long.toString(now.getEpochSecond()))
                .tag("cv", status.keyword())
                .tag("d", identity.sdid().toString())
                .tag("s", identity.selector());
        return writer.signed(identity.key().sign(hash.digestWith(writer.unsigned())));
    }
}
