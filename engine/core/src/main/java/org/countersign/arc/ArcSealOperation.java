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

/** The seal of one message while its body passes. Not for several threads at once. */
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
     * Seals the message, behind the end of its body; may be asked again with other headers or results.
     *
     * @param headers the header section as it will leave this host, with the chain that the message came with, but for
     *     fields of Authentication-Results and the like, which no message signature covers
     * @param chain what became of the chain that it came with
     * @param results what we found, the same that our Authentication-Results field says
     * @return empty where the chain must not go on, has no room, or is one of which we cannot say what it is worth
     */
    public Optional<SealedArcSet> seal(HeaderSection headers, ArcResult chain, AuthenticationResults results) {
        int instance = nextInstance(chain);
        if (instance == 0 || instance > ArcLimits.MAX_SETS) {
            return Optional.empty();
        }
        HeaderField carried = AuthenticationResultsWriter.renderCarried(instance, results);
        HeaderField signature = new SignatureBuilder(ArcSealer.PROFILE, ArcSealer.BESIDES, headers, bodyHashes)
                .sign(begin(ArcSetFields.MESSAGE_SIGNATURE, instance), identity, now);
        HeaderField seal = sign(
                instance, chain.status(), scope(headers, chain).add(carried).add(signature));
        return Optional.of(new SealedArcSet(instance, chain.status(), List.of(seal, signature, carried)));
    }

    /** RFC 8617 §5.1 steps 2 and 3; 0 for none. */
    private static int nextInstance(ArcResult chain) {
        return switch (chain) {
            case ArcResult.None none -> 1;
            case ArcResult.Pass pass -> pass.chain().newest().instance() + 1;
            // A seal with cv=fail ends a chain for good, so it is for what is wrong with the chain alone.
            case ArcResult.Fail fail
            when fail.problem() == ArcProblem.MARKED_AS_FAILED
                    || fail.problem() == ArcProblem.TOO_MANY_SETS
                    || fail.problem().isOurLimit() -> 0;
            case ArcResult.Fail fail -> fail.highest() + 1;
            // RFC 8617 §5.2.1 would have it fail, but the next host may get the key that we did not.
            case ArcResult.TempError error -> 0;
        };
    }

    private static SignatureWriter begin(String field, int instance) {
        return new SignatureWriter(field).tag("i", Integer.toString(instance));
    }

    /** What a seal covers before its own set: all sets, oldest first, or none of a chain that failed. */
    private static HeaderHash scope(HeaderSection headers, ArcResult chain) {
        HeaderHash hash = new HeaderHash(Canonicalization.RELAXED);
        // RFC 8617 §5.1.2: a seal with cv=fail covers its own set alone.
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
    private HeaderField sign(int instance, ChainStatus status, HeaderHash scope) {
        SignatureWriter writer = begin(ArcSetFields.SEAL, instance)
                .tag("a", identity.key().algorithm().tag())
                .tag("t", Long.toString(now.getEpochSecond()))
                .tag("cv", status.keyword())
                .tag("d", identity.sdid().toString())
                .tag("s", identity.selector());
        return writer.signed(identity.key().sign(scope.digestWith(writer.unsigned())));
    }
}
