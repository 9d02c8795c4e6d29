package org.countersign.arc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.canonical.BodyHash;
import org.countersign.canonical.BodyHashes;
import org.countersign.canonical.Canonicalization;
import org.countersign.canonical.HeaderHash;
import org.countersign.keys.SignatureFailure;
import org.countersign.keys.SignatureProblem;
import org.countersign.message.HeaderSection;
import org.countersign.signature.HeaderIndex;
import org.countersign.signature.SignatureTags;
import org.countersign.signature.SignatureVerifier;

/** Verifies the ARC chain of one message while its body arrives. Not thread-safe. */
public sealed interface ArcVerification {
    /** The result, after the end of the body. Waits for the keys, until the deadline of the DNS lookups at most. */
    ArcResult finish();

    /** A result that the header section alone decides. */
    record Decided(ArcResult result) implements ArcVerification {
        @Override
        public ArcResult finish() {
            return result;
        }
    }

    /** A chain with the right structure, whose signatures must be verified. */
    final class Pending implements ArcVerification {
        private final List<ArcSetFields> sets;
        private final List<MessageSignature> messageSignatures;
        private final HeaderSection headers;
        private final BodyHashes bodyHashes;
        private final SignatureVerifier verifier;

        /**
         * @param sets by instance
         * @param messageSignatures those to verify, newest first. The first is that of the newest set and has no
         *     failure.
         */
        Pending(
                List<ArcSetFields> sets,
                List<MessageSignature> messageSignatures,
                HeaderSection headers,
                BodyHashes bodyHashes,
                SignatureVerifier verifier) {
            this.sets = List.copyOf(sets);
            this.messageSignatures = List.copyOf(messageSignatures);
            this.headers = headers;
            this.bodyHashes = bodyHashes;
            this.verifier = verifier;
        }

        /** The result of one message signature. */
        private record Evaluation(ArcSet.Content content, Optional<SignatureFailure> failure) {}

        @Override
        public ArcResult finish() {
            HeaderIndex index = new HeaderIndex(headers);
            // RFC 8617 §5.2 steps 4 to 6
            Evaluation newest = evaluate(messageSignatures.get(0), index);
            Optional<ArcResult> failed =
                    newest.failure.map(reason -> failed(ArcProblem.MESSAGE_SIGNATURE_BROKEN, sets.size(), reason));
            List<byte[]> digests = sealDigests();
            // A temporary error does not end the loop, because another seal may still fail permanently.
            for (int instance = sets.size(); instance >= 1 && !isPermanent(failed); instance--) {
                Optional<SignatureFailure> reason = verifier.verifyWithoutBody(
                                sets.get(instance - 1).seal(), digests.get(instance - 1))
                        .failure();
                if (reason.isPresent()) {
                    ArcResult broken = failed(ArcProblem.SEAL_BROKEN, instance, reason.get());
                    failed = broken instanceof ArcResult.Fail || failed.isEmpty() ? Optional.of(broken) : failed;
                }
            }
            return failed.orElseGet(() -> new ArcResult.Pass(chain(newest, index)));
        }

        private static boolean isPermanent(Optional<ArcResult> failed) {
            return failed.filter(ArcResult.Fail.class::isInstance).isPresent();
        }

        private ArcResult failed(ArcProblem problem, int instance, SignatureFailure reason) {
            if (reason.problem().isTemporary()) {
                return new ArcResult.TempError(reason, instance, sets.size());
            }
            ArcProblem found = reason.problem().isLocalLimit() ? ArcProblem.TOO_MUCH_WORK : problem;
            return new ArcResult.Fail(found, instance, reason.describe(), sets.size());
        }

        private Evaluation evaluate(MessageSignature signature, HeaderIndex index) {
            if (signature.failure().isPresent()) {
                return new Evaluation(ArcSet.Content.CHANGED, signature.failure());
            }
            SignatureTags tags = signature.tags();
            byte[] digest = verifier.headerDigest(tags, index.select(tags.headerNames(), tags.field()), bodyHashes);
            // ARC-Message-Signature has no identity in i=, so it cannot be in a subdomain (RFC 8617 §4.1.2).
            SignatureVerifier.Result result = verifier.verify(tags, digest, bodyHashes, false);
            return new Evaluation(content(result), result.failure());
        }

        private static ArcSet.Content content(SignatureVerifier.Result result) {
            if (result.failure().isPresent()) {
                SignatureProblem problem = result.failure().get().problem();
                return problem.isTemporary() || problem.isLocalLimit()
                        ? ArcSet.Content.NOT_EVALUATED
                        : ArcSet.Content.CHANGED;
            }
            return result.body().filter(BodyHash::coversWholeBody).isPresent()
                    ? ArcSet.Content.INTACT
                    : ArcSet.Content.PARTLY_INTACT;
        }

        /** The digest that each seal signs, by instance: all earlier sets and its own set (RFC 8617 §5.1.1). */
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

        private ArcChain chain(Evaluation newest, HeaderIndex index) {
            ArcSet[] described = new ArcSet[sets.size()];
            Evaluation evaluation = newest;
            int oldestPass = sets.size();
            for (int instance = sets.size(); instance >= 1; instance--) {
                described[instance - 1] = sets.get(instance - 1).describe(evaluation.content, evaluation.failure);
                if (evaluation.content.verifies()) {
                    oldestPass = instance;
                }
                evaluation = evaluateOlder(sets.size() - instance + 1, evaluation, index);
            }
            // RFC 8617 §5.2 step 5: 0 says that all of them verify.
            return new ArcChain(List.of(described), oldestPass == 1 ? 0 : oldestPass);
        }

        /** RFC 8617 §5.2 step 5: after the first message signature that does not verify, no older one is evaluated. */
        private Evaluation evaluateOlder(int position, Evaluation newer, HeaderIndex index) {
            return newer.content.verifies() && position < messageSignatures.size()
                    ? evaluate(messageSignatures.get(position), index)
                    : new Evaluation(ArcSet.Content.NOT_EVALUATED, Optional.empty());
        }
    }
}
