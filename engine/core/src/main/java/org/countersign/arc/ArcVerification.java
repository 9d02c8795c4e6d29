package org.countersign.arc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.canonical.BodyHash;
import org.countersign.canonical.BodyHashes;
import org.countersign.canonical.Canonicalization;
import org.countersign.canonical.HeaderHash;
import org.countersign.dkim.DkimLimits;
import org.countersign.keys.KeyOperations;
import org.countersign.keys.PublicKeyLookups;
import org.countersign.keys.SignatureFailure;
import org.countersign.keys.SignatureProblem;
import org.countersign.message.HeaderSection;
import org.countersign.signature.HeaderIndex;
import org.countersign.signature.SignatureTags;
import org.countersign.signature.SignatureVerifier;
import org.countersign.smtp.HeaderField;

/** The chain of one message while its body passes. Not for several threads at once. */
public sealed interface ArcVerification {
    /** The end of the body. Waits for the keys, no longer than the look-ups' own deadline. */
    ArcResult finish();

    /** The header section alone was enough. */
    record Decided(ArcResult result) implements ArcVerification {
        @Override
        public ArcResult finish() {
            return result;
        }
    }

    /** The structure is right, the signatures are to be verified. */
    final class Pending implements ArcVerification {
        private final List<ArcSetFields> sets;
        private final List<MessageSignatureCandidate> claims;
        private final HeaderSection headers;
        private final BodyHashes bodyHashes;
        private final PublicKeyLookups keys;
        private final DkimLimits limits;

        /**
         * @param sets by instance
         * @param claims the message signatures that are looked at, newest first; at least that of the newest set, which
         *     must be compared
         */
        Pending(
                List<ArcSetFields> sets,
                List<MessageSignatureCandidate> claims,
                HeaderSection headers,
                BodyHashes bodyHashes,
                PublicKeyLookups keys,
                DkimLimits limits) {
            this.sets = List.copyOf(sets);
            this.claims = List.copyOf(claims);
            this.headers = headers;
            this.bodyHashes = bodyHashes;
            this.keys = keys;
            this.limits = limits;
        }

        /** A message signature held against the message. */
        private record Comparison(ArcSet.Content content, Optional<SignatureFailure> failure) {}

        @Override
        public ArcResult finish() {
            HeaderIndex index = new HeaderIndex(headers);
            // RFC 8617 §5.2 steps 4 to 6
            Comparison newest = compare(claims.get(0), index);
            Optional<ArcResult> trouble =
                    newest.failure.map(failure -> failed(ArcProblem.MESSAGE_SIGNATURE_BROKEN, sets.size(), failure));
            List<byte[]> digests = sealDigests();
            // Behind a key that is not to be had now, another seal may still be found broken for good.
            for (int instance = sets.size(); instance >= 1 && !isFinal(trouble); instance--) {
                Optional<SignatureFailure> failure =
                        sealFailure(sets.get(instance - 1).seal(), digests.get(instance - 1));
                if (failure.isPresent()) {
                    ArcResult broken = failed(ArcProblem.SEAL_BROKEN, instance, failure.get());
                    trouble = broken instanceof ArcResult.Fail || trouble.isEmpty() ? Optional.of(broken) : trouble;
                }
            }
            return trouble.orElseGet(() -> new ArcResult.Pass(chain(newest, index)));
        }

        private static boolean isFinal(Optional<ArcResult> trouble) {
            return trouble.filter(ArcResult.Fail.class::isInstance).isPresent();
        }

        private ArcResult failed(ArcProblem problem, int instance, SignatureFailure failure) {
            if (failure.problem().isTemporary()) {
                return new ArcResult.TempError(failure, instance, sets.size());
            }
            ArcProblem found = failure.problem().isOurLimit() ? ArcProblem.TOO_MUCH_WORK : problem;
            return new ArcResult.Fail(found, instance, failure.describe(), sets.size());
        }

        private Comparison compare(MessageSignatureCandidate claim, HeaderIndex index) {
            if (claim.onSight().isPresent()) {
                return new Comparison(ArcSet.Content.CHANGED, claim.onSight());
            }
            SignatureTags tags = claim.tags();
            List<HeaderField> covered = index.select(tags.headerNames(), tags.field());
            if (!keys.operations().mayHash(covered)) {
                return new Comparison(ArcSet.Content.NOT_EVALUATED, Optional.of(KeyOperations.exhausted()));
            }
            byte[] digest = new HeaderHash(tags.headerCanonicalization())
                    .addAll(covered)
                    .digestWith(tags.withoutSignature());
            BodyHash body = bodyHashes.hash(tags.bodyHashRequest());
            SignatureVerifier.Finding finding = check(tags, digest);
            Optional<SignatureFailure> failure = SignatureVerifier.verdict(tags, finding, body)
                    .or(() -> SignatureVerifier.localPolicy(finding, limits.shortestRsaKey()));
            if (failure.isPresent()) {
                SignatureProblem problem = failure.get().problem();
                boolean unknown = problem.isTemporary() || problem.isOurLimit();
                return new Comparison(unknown ? ArcSet.Content.NOT_EVALUATED : ArcSet.Content.CHANGED, failure);
            }
            return new Comparison(
                    body.coversWholeBody() ? ArcSet.Content.INTACT : ArcSet.Content.PARTLY_INTACT, failure);
        }

        /** A key's flag {@code s} is about the AUID, which ARC does not have. */
        private SignatureVerifier.Finding check(SignatureTags tags, byte[] digest) {
            Optional<SignatureFailure> onSight = SignatureVerifier.lengthFailure(tags, limits.longestRsaKey());
            return onSight.isPresent()
                    ? new SignatureVerifier.Finding(onSight, Optional.empty())
                    : SignatureVerifier.check(tags, digest, keys, true);
        }

        private Optional<SignatureFailure> sealFailure(SignatureTags seal, byte[] digest) {
            SignatureVerifier.Finding finding = check(seal, digest);
            return finding.failure().or(() -> SignatureVerifier.localPolicy(finding, limits.shortestRsaKey()));
        }

        /** What each seal signs, by instance (RFC 8617 §5.1.1): all sets before it and its own, in one run. */
        private List<byte[]> sealDigests() {
            HeaderHash hash = new HeaderHash(Canonicalization.RELAXED);
            List<byte[]> digests = new ArrayList<>(sets.size());
            for (ArcSetFields set : sets) {
                hash.add(set.authenticationResults()).add(set.messageSignature().field());
                digests.add(hash.digestWith(set.seal().withoutSignature()));
                hash.add(set.seal().field());
            }
            return digests;
        }

        private ArcChain chain(Comparison newest, HeaderIndex index) {
            ArcSet[] described = new ArcSet[sets.size()];
            Comparison comparison = newest;
            int oldestPass = sets.size();
            for (int instance = sets.size(); instance >= 1; instance--) {
                described[instance - 1] = describe(sets.get(instance - 1), comparison);
                if (comparison.content.verifies()) {
                    oldestPass = instance;
                }
                comparison = older(sets.size() - instance + 1, comparison, index);
            }
            return new ArcChain(List.of(described), oldestPass == 1 ? 0 : oldestPass);
        }

        /** RFC 8617 §5.2 step 5: behind the first that does not verify no other is looked at. */
        private Comparison older(int position, Comparison newer, HeaderIndex index) {
            return newer.content.verifies() && position < claims.size()
                    ? compare(claims.get(position), index)
                    : new Comparison(ArcSet.Content.NOT_EVALUATED, Optional.empty());
        }

        private static ArcSet describe(ArcSetFields set, Comparison comparison) {
            return new ArcSet(
                    set.instance(),
                    set.seal().sdid().orElseThrow(),
                    set.seal().selector(),
                    set.messageSignature().sdid(),
                    set.status(),
                    set.seal().signedAt(),
                    set.authenticationResults().value(),
                    comparison.content,
                    comparison.failure);
        }
    }
}
