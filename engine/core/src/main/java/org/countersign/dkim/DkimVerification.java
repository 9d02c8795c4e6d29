package org.countersign.dkim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.canonical.BodyHashes;
import org.countersign.keys.LikelyCause;
import org.countersign.keys.PublicKeyLookups;
import org.countersign.keys.PublicKeyRecord;
import org.countersign.keys.SignatureFailure;
import org.countersign.keys.SignatureProblem;
import org.countersign.signature.HeaderIndex;
import org.countersign.signature.SignatureTags;
import org.countersign.signature.SignatureVerifier;

/** Verifies the signatures of one message while its body arrives. Not thread-safe. */
public final class DkimVerification {
    private static final byte[] NO_DIGEST = {};

    private final List<DkimSignature> signatures;
    private final BodyHashes bodyHashes;
    private final boolean ownsBody;
    private final PublicKeyLookups keys;
    private final SignatureVerifier verifier;
    private final List<byte[]> headerDigests;
    private final MismatchDiagnosis diagnosis;

    /**
     * @param signatures from the top; those without a failure are evaluated, and their keys and body hashes requested
     * @param ownsBody whether nobody else needs the hashes
     */
    DkimVerification(
            List<DkimSignature> signatures,
            HeaderIndex headers,
            BodyHashes bodyHashes,
            boolean ownsBody,
            PublicKeyLookups keys,
            DkimLimits limits) {
        this.signatures = signatures;
        this.bodyHashes = bodyHashes;
        this.ownsBody = ownsBody;
        this.keys = keys;
        this.verifier = new SignatureVerifier(keys, limits.minRsaBits(), limits.maxRsaBits());
        this.diagnosis = new MismatchDiagnosis(headers);
        // The header fields are hashed now, while the key lookups are in flight.
        this.headerDigests = new ArrayList<>(signatures.size());
        for (DkimSignature signature : signatures) {
            headerDigests.add(signature.failure().isPresent() ? NO_DIGEST : headerDigest(signature, headers));
        }
    }

    private byte[] headerDigest(DkimSignature signature, HeaderIndex headers) {
        SignatureTags tags = signature.tags();
        return verifier.headerDigest(tags, headers.select(signature.headerNames(), tags.field()), bodyHashes);
    }

    /** Takes a part of the body, which has CRLF line ends; a single CR or LF is an ordinary octet. */
    public void body(byte[] octets, int offset, int length) {
        bodyHashes.body(octets, offset, length);
    }

    /**
     * Ends the body; to be called once. Waits for the keys, until the deadline of the DNS lookups at most.
     *
     * @return one result for each DKIM-Signature field, from the top; at most {@link DkimVerifier#MAX_SIGNATURES_READ}
     */
    public List<DkimResult> finish() {
        List<DkimResult> results = new ArrayList<>(signatures.size());
        for (int i = 0; i < signatures.size(); i++) {
            results.add(result(signatures.get(i), headerDigests.get(i)));
        }
        if (ownsBody) {
            bodyHashes.release();
        }
        return results;
    }

    private DkimResult result(DkimSignature signature, byte[] headerDigest) {
        Optional<SignatureFailure> known = signature.failure();
        return known.isPresent() ? failed(signature, known.get()) : evaluate(signature, headerDigest);
    }

    private DkimResult evaluate(DkimSignature signature, byte[] headerDigest) {
        SignatureVerifier.Result result =
                verifier.verify(signature.tags(), headerDigest, bodyHashes, signature.auidInSubdomain());
        DkimSignature evaluated = signature.evaluated(result.key(), result.body());
        if (result.failure().isEmpty()) {
            return new DkimResult.Pass(evaluated);
        }
        SignatureFailure failure = result.failure().get();
        return failed(
                evaluated,
                failure.problem().outcome() == SignatureProblem.Outcome.FAIL
                        ? failure.diagnosed(likelyCauses(signature.tags(), result), result.headersVerified())
                        : failure);
    }

    private static DkimResult failed(DkimSignature signature, SignatureFailure failure) {
        return switch (failure.problem().outcome()) {
            case FAIL -> new DkimResult.Fail(signature, failure);
            case POLICY -> new DkimResult.Policy(signature, failure);
            case TEMPERROR -> new DkimResult.TempError(signature, failure);
            case PERMERROR -> new DkimResult.PermError(signature, failure);
            case NOT_EVALUATED -> new DkimResult.NotEvaluated(signature, failure);
        };
    }

    private List<LikelyCause> likelyCauses(SignatureTags tags, SignatureVerifier.Result result) {
        boolean sameBody = tags.bodyHash().equals(result.body().orElseThrow().digest());
        List<LikelyCause> causes = new ArrayList<>(0);
        if (!result.headersVerified()) {
            result.key()
                    .flatMap(PublicKeyRecord::key)
                    .ifPresent(key -> causes.addAll(diagnosis.causes(
                            tags,
                            (digest, octets) -> keys.operations()
                                    .verify(key, digest, octets)
                                    .isEmpty(),
                            sameBody)));
            if (causes.isEmpty()) {
                // The value of bh= is not authenticated, so it proves nothing about the body.
                return causes;
            }
        }
        if (!sameBody && bodyHashes.matchesPrefixBeforeFooter(tags.bodyHashRequest(), tags.bodyHash())) {
            causes.add(LikelyCause.FOOTER_APPENDED);
        }
        return causes;
    }
}
