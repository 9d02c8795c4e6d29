package org.countersign.dkim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.canonical.BodyHash;
import org.countersign.canonical.BodyHashes;
import org.countersign.keys.KeyOperations;
import org.countersign.keys.LikelyCause;
import org.countersign.keys.PublicKeyLookups;
import org.countersign.keys.PublicKeyRecord;
import org.countersign.keys.SignatureFailure;
import org.countersign.keys.SignatureProblem;
import org.countersign.signature.HeaderIndex;
import org.countersign.signature.SignatureTags;
import org.countersign.signature.SignatureVerifier;
import org.countersign.smtp.HeaderField;

/** The signatures of one message while its body passes. Not for several threads at once. */
public final class DkimVerification {
    private static final byte[] NO_DIGEST = {};

    private final List<Candidate> candidates;
    private final BodyHashes bodyHashes;
    private final boolean ownsBody;
    private final PublicKeyLookups keys;
    private final DkimLimits limits;
    private final List<byte[]> headerDigests;
    private final MismatchDiagnosis diagnosis;

    /**
     * A signature that is reported.
     *
     * @param result what became of it already; empty for one that is evaluated
     * @param signature of which no more than its facts is kept where it is not evaluated
     */
    record Candidate(Optional<DkimResult> result, Optional<DkimSignature> signature) {
        static Candidate evaluated(DkimSignature signature) {
            return new Candidate(Optional.empty(), Optional.of(signature));
        }

        static Candidate decided(DkimSignature signature, SignatureFailure failure) {
            return new Candidate(
                    Optional.of(DkimResult.of(signature.facts().withoutHeaderNames(), failure)), Optional.empty());
        }
    }

    /**
     * @param ownsBody whether nobody else needs the hashes
     */
    DkimVerification(
            List<Candidate> candidates,
            HeaderIndex headers,
            BodyHashes bodyHashes,
            boolean ownsBody,
            PublicKeyLookups keys,
            DkimLimits limits) {
        this.candidates = candidates;
        this.bodyHashes = bodyHashes;
        this.ownsBody = ownsBody;
        this.keys = keys;
        this.limits = limits;
        this.diagnosis = new MismatchDiagnosis(headers);
        // Now, while the keys are on their way.
        this.headerDigests = new ArrayList<>(candidates.size());
        for (Candidate candidate : candidates) {
            headerDigests.add(candidate
                    .signature()
                    .map(signature -> headerDigest(signature, headers))
                    .orElse(NO_DIGEST));
        }
    }

    /** {@link #NO_DIGEST} where the message asks for too much work. */
    private byte[] headerDigest(DkimSignature signature, HeaderIndex headers) {
        SignatureTags tags = signature.tags();
        List<HeaderField> fields = headers.select(signature.facts().headerNames(), tags.field());
        return keys.operations().mayHash(fields)
                ? bodyHashes
                        .headerHash(tags.headerCanonicalization())
                        .addAll(fields)
                        .digestWith(tags.withoutSignature())
                : NO_DIGEST;
    }

    /** A piece of the body with CRLF line ends, cut anywhere; a CR or LF by itself is an ordinary octet. */
    public void body(byte[] octets, int offset, int length) {
        bodyHashes.body(octets, offset, length);
    }

    /**
     * The end of the body; once. Waits for the keys, no longer than the look-ups' own deadline.
     *
     * @return one result per DKIM-Signature field, from the top; of {@link DkimVerifier#MAX_SIGNATURES_READ} at most
     */
    public List<DkimResult> finish() {
        List<DkimResult> results = new ArrayList<>(candidates.size());
        for (int i = 0; i < candidates.size(); i++) {
            results.add(result(candidates.get(i), headerDigests.get(i)));
        }
        if (ownsBody) {
            bodyHashes.release();
        }
        return results;
    }

    private DkimResult result(Candidate candidate, byte[] headerDigest) {
        return candidate.result().orElseGet(() -> evaluate(candidate.signature().orElseThrow(), headerDigest));
    }

    private DkimResult evaluate(DkimSignature signature, byte[] headerDigest) {
        if (headerDigest.length == 0) {
            return DkimResult.of(signature.facts(), KeyOperations.exhausted());
        }
        SignatureTags tags = signature.tags();
        BodyHash body = bodyHashes.hash(tags.bodyHashRequest());
        SignatureVerifier.Finding finding = SignatureVerifier.check(tags, headerDigest, keys, signature.exactDomain());
        SignatureFacts facts = signature.facts().with(finding.record(), body);
        return SignatureVerifier.verdict(tags, finding, body)
                .or(() -> SignatureVerifier.localPolicy(finding, limits.shortestRsaKey()))
                .map(failure -> DkimResult.of(facts, failure.withLikelyCauses(causes(tags, finding, body, failure))))
                .orElseGet(() -> new DkimResult.Pass(facts));
    }

    private List<LikelyCause> causes(
            SignatureTags tags, SignatureVerifier.Finding finding, BodyHash body, SignatureFailure failure) {
        if (failure.problem().outcome() != SignatureProblem.Outcome.FAIL) {
            return List.of();
        }
        List<LikelyCause> causes = new ArrayList<>(0);
        boolean sameBody = tags.bodyHash().equals(body.digest());
        if (finding.failure().isPresent()) {
            finding.record()
                    .flatMap(PublicKeyRecord::key)
                    .ifPresent(key -> causes.addAll(diagnosis.causes(
                            tags,
                            (digest, octets) ->
                                    keys.operations().check(key, digest, octets).isEmpty(),
                            sameBody)));
            if (causes.isEmpty()) {
                // Nobody vouches for bh=, so it tells nothing about the body.
                return causes;
            }
        }
        if (!sameBody && bodyHashes.hashedBeforeFooter(tags.bodyHashRequest(), tags.bodyHash())) {
            causes.add(LikelyCause.FOOTER_APPENDED);
        }
        return causes;
    }
}
