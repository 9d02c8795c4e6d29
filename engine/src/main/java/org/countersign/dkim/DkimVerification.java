package org.countersign.dkim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The signatures of one message while its body passes. Not for several threads at once. */
public final class DkimVerification {
    private final List<Candidate> candidates;
    private final BodyHashes bodyHashes;
    private final boolean ownsBody;
    private final PublicKeyLookups keys;
    private final DkimLimits limits;
    private final List<byte[]> headerDigests;
    private final MismatchDiagnosis diagnosis;

    /** A signature, and whether it is one of those that are evaluated. */
    record Candidate(DkimSignature signature, boolean evaluated) {}

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
            headerDigests.add(candidate.evaluated() ? headerDigest(candidate.signature(), headers) : new byte[0]);
        }
    }

    private byte[] headerDigest(DkimSignature signature, HeaderIndex headers) {
        SignatureTags tags = signature.tags();
        return bodyHashes
                .headerHash(tags.headerCanonicalization())
                .addAll(headers.select(tags.headerNames(), tags.field()))
                .digestWith(tags.withoutSignature());
    }

    /** A piece of the body with CRLF line ends, cut anywhere; a CR or LF by itself is an ordinary octet. */
    public void body(byte[] octets, int offset, int length) {
        bodyHashes.body(octets, offset, length);
    }

    /**
     * The end of the body; once. Waits for the keys, no longer than the look-ups' own deadline.
     *
     * @return one result per DKIM-Signature field, from the top
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
        DkimSignature signature = candidate.signature();
        Optional<Fault> onSight = signature.fault();
        if (onSight.isPresent()) {
            return DkimResult.of(signature.facts(), onSight.get());
        }
        if (!candidate.evaluated()) {
            return DkimResult.of(
                    signature.facts(), new Fault(DkimProblem.TOO_MANY_SIGNATURES, limits.signatures() + " at most"));
        }
        SignatureTags tags = signature.tags();
        BodyHash body = bodyHashes.hash(tags.bodyHashRequest());
        SignatureCheck.Finding finding = SignatureCheck.check(
                tags, headerDigest, keys.await(tags.keyName().orElseThrow()), signature.exactDomain());
        SignatureFacts facts = signature.facts().with(finding.record(), body);
        return SignatureCheck.verdict(tags, finding, body)
                .or(() -> SignatureCheck.localPolicy(finding, limits))
                .map(fault -> DkimResult.of(facts, fault.withLikelyCauses(causes(tags, finding, body, fault))))
                .orElseGet(() -> new DkimResult.Pass(facts));
    }

    private List<LikelyCause> causes(SignatureTags tags, SignatureCheck.Finding finding, BodyHash body, Fault fault) {
        if (fault.problem().outcome() != DkimProblem.Outcome.FAIL) {
            return List.of();
        }
        List<LikelyCause> causes = new ArrayList<>(0);
        boolean sameBody = tags.bodyHash().equals(body.digest());
        if (finding.fault().isPresent()) {
            finding.record()
                    .flatMap(PublicKeyRecord::key)
                    .ifPresent(key -> causes.addAll(diagnosis.causes(tags, key::verifies, sameBody)));
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
