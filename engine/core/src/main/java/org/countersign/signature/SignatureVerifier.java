package org.countersign.signature;

import java.util.List;
import java.util.Optional;
import org.countersign.canonical.BodyHash;
import org.countersign.canonical.HeaderHash;
import org.countersign.keys.KeyOperations;
import org.countersign.keys.PublicKeyLookups;
import org.countersign.keys.PublicKeyRecord;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.keys.SignatureFailure;
import org.countersign.keys.SignatureProblem;
import org.countersign.keys.VerificationKey;

/** Puts a signature, the digest that it should sign and the keys of its selector together. */
public final class SignatureVerifier {
    private static final int ED25519_OCTETS = 64;

    private SignatureVerifier() {}

    /**
     * What came of it.
     *
     * @param failure why it does not verify; empty where it does
     * @param record the key record that decided, where there was one that could be read
     */
    public record Finding(Optional<SignatureFailure> failure, Optional<PublicKeyRecord> record) {}

    /**
     * What the length of {@code b=} tells without a key: an RSA signature is as long as its key (RFC 8017 §8.2.2), one
     * by Ed25519 has 64 octets (RFC 8032 §5.1.6).
     *
     * @return why no key that is accepted here can verify the signature; empty where one may
     */
    public static Optional<SignatureFailure> lengthFailure(SignatureTags tags, int longestRsaKey) {
        int octets = tags.signature().length();
        if (octets == 0 || tags.algorithm().isEmpty()) {
            // Missing or unknown, which is a failure of its own.
            return Optional.empty();
        }
        return switch (tags.algorithm().get()) {
            case ED25519_SHA256 ->
                octets == ED25519_OCTETS
                        ? Optional.empty()
                        : failure(SignatureProblem.BAD_BASE64, length(octets) + " instead of " + ED25519_OCTETS);
            case RSA_SHA256 -> {
                if (octets > rsaOctets(VerificationKey.Rsa.MAX_BITS)) {
                    yield failure(SignatureProblem.KEY_TOO_LONG, length(octets));
                }
                if (octets > rsaOctets(longestRsaKey)) {
                    yield failure(SignatureProblem.KEY_ABOVE_LOCAL_MAXIMUM, length(octets));
                }
                yield octets < rsaOctets(VerificationKey.Rsa.MIN_BITS)
                        ? failure(SignatureProblem.KEY_TOO_SHORT, length(octets))
                        : Optional.empty();
            }
            // Refused by its name.
            case RSA_SHA1 -> Optional.empty();
        };
    }

    private static String length(int octets) {
        return "b= has " + octets + " octets";
    }

    private static int rsaOctets(int bits) {
        return (bits + Byte.SIZE - 1) / Byte.SIZE;
    }

    /**
     * Checks a signature whose tags are right. Of several key records one that verifies is enough;
     * otherwise the first tells what is wrong (RFC 6376 §6.1.2).
     *
     * @param headerDigest what {@link HeaderHash#digestWith} gave
     * @param keys of the message; waits for the one that is needed
     * @param exactDomain whether the identity that is claimed is of {@code d=} itself and no subdomain
     */
    public static Finding check(SignatureTags tags, byte[] headerDigest, PublicKeyLookups keys, boolean exactDomain) {
        return switch (keys.await(tags.keyName().orElseThrow())) {
            case PublicKeyLookups.Answer.Missing missing -> failed(missing.failure());
            case PublicKeyLookups.Answer.Unavailable unavailable -> failed(unavailable.failure());
            case PublicKeyLookups.Answer.Records found ->
                check(tags, headerDigest, found.records(), keys.operations(), exactDomain);
        };
    }

    private static Finding failed(SignatureFailure failure) {
        return new Finding(Optional.of(failure), Optional.empty());
    }

    private static Finding check(
            SignatureTags tags,
            byte[] digest,
            List<PublicKeyRecord.Parsing> records,
            KeyOperations operations,
            boolean exactDomain) {
        Optional<Finding> first = Optional.empty();
        for (PublicKeyRecord.Parsing parsed : records) {
            Finding finding = switch (parsed) {
                case PublicKeyRecord.Parsing.Malformed malformed -> failed(malformed.failure());
                case PublicKeyRecord.Parsing.Valid valid ->
                    new Finding(
                            check(tags, digest, valid.record(), operations, exactDomain), Optional.of(valid.record()));
            };
            // What was not looked at may be the one that verifies.
            if (finding.failure().isEmpty() || isUnfinished(finding.failure().get())) {
                return finding;
            }
            first = first.isPresent() ? first : Optional.of(finding);
        }
        return first.orElseGet(() -> failed(SignatureFailure.of(SignatureProblem.NO_KEY)));
    }

    private static boolean isUnfinished(SignatureFailure failure) {
        return failure.problem() == SignatureProblem.TOO_MANY_KEY_OPERATIONS;
    }

    private static Optional<SignatureFailure> check(
            SignatureTags tags, byte[] digest, PublicKeyRecord record, KeyOperations operations, boolean exactDomain) {
        // RFC 6376 §3.6.1
        if (!record.services().contains("*") && !record.services().contains("email")) {
            return failure(SignatureProblem.KEY_NOT_FOR_EMAIL, "s=" + String.join(":", record.services()));
        }
        // RFC 6376 §6.1.2 steps 6 to 9
        if (!record.hashes().isEmpty() && !record.hashes().contains("sha256")) {
            return failure(SignatureProblem.KEY_HASH_NOT_ALLOWED, "h=" + String.join(":", record.hashes()));
        }
        if (record.revoked()) {
            return failure(SignatureProblem.KEY_REVOKED, "");
        }
        String wanted = tags.algorithm().map(SignatureAlgorithm::keyType).orElse("");
        if (record.key().isEmpty() || !record.keyType().equals(wanted)) {
            return failure(
                    SignatureProblem.KEY_TYPE_MISMATCH, "k=" + record.keyType() + " for a signature by " + wanted);
        }
        if (record.strictAuid() && !exactDomain) {
            return failure(SignatureProblem.KEY_NOT_FOR_SUBDOMAINS, "t=s");
        }
        // RFC 6376 §6.1.3 step 4
        return operations.check(record.key().get(), digest, tags.signature().toByteArray());
    }

    private static Optional<SignatureFailure> failure(SignatureProblem problem, String detail) {
        return Optional.of(new SignatureFailure(problem, detail));
    }

    /**
     * Puts together what the key said about the header fields and whether the body is the one that was signed. A
     * signature of another body fails whatever its key is, so it does so too while the key cannot be fetched.
     *
     * @param body the hash that {@link SignatureTags#bodyHashRequest()} asked for
     * @return why the signature does not verify; empty where it does
     */
    public static Optional<SignatureFailure> verdict(SignatureTags tags, Finding finding, BodyHash body) {
        Optional<SignatureProblem> problem = finding.failure().map(SignatureFailure::problem);
        boolean unavailable = problem.filter(SignatureProblem::isTemporary).isPresent();
        if (problem.isPresent() && problem.get() != SignatureProblem.SIGNATURE_MISMATCH && !unavailable) {
            return finding.failure();
        }
        // RFC 6376 §3.5: l= must not be larger than the body.
        if (tags.bodyLength().orElse(0) > body.bodyLength()) {
            return failure(SignatureProblem.BODY_SHORTER_THAN_SIGNED, body.bodyLength() + " octets");
        }
        // RFC 6376 §6.1.3 step 3
        if (!tags.bodyHash().equals(body.digest())) {
            return failure(SignatureProblem.BODY_HASH_MISMATCH, besides(problem, unavailable));
        }
        return finding.failure();
    }

    /** What is known of the header fields of a signature of another body. */
    private static String besides(Optional<SignatureProblem> problem, boolean unavailable) {
        if (unavailable) {
            return "the header fields were not verified, since the public key cannot be fetched now";
        }
        return problem.isPresent() ? "and the header fields do not verify either" : "the header fields are intact";
    }

    /** Why a signature that verifies does not count here; empty where it does. */
    public static Optional<SignatureFailure> localPolicy(Finding finding, int shortestRsaKey) {
        Optional<VerificationKey> key = finding.record().flatMap(PublicKeyRecord::key);
        return key.isPresent() && key.get() instanceof VerificationKey.Rsa rsa && rsa.bits() < shortestRsaKey
                ? failure(SignatureProblem.KEY_BELOW_LOCAL_MINIMUM, rsa.bits() + " bits")
                : Optional.empty();
    }
}
