package org.countersign.signature;

import java.util.List;
import java.util.Optional;
import org.countersign.canonical.BodyHash;
import org.countersign.canonical.BodyHashes;
import org.countersign.keys.KeyOperations;
import org.countersign.keys.PublicKeyLookups;
import org.countersign.keys.PublicKeyRecord;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.keys.SignatureFailure;
import org.countersign.keys.SignatureProblem;
import org.countersign.keys.VerificationKey;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Parsed;

/**
 * Verifies the signatures of one message: DKIM-Signature and ARC-Message-Signature with {@link #verify}, ARC-Seal with
 * {@link #verifyWithoutBody}. The tags must be free of failures. The checks and their order:
 *
 * <ol>
 *   <li>The budget of the message allows hashing the header fields ({@link #headerDigest}).
 *   <li>The length of {@code b=} fits a key that is accepted here.
 *   <li>There is a key record that allows this signature (RFC 6376 §6.1.2).
 *   <li>The key verifies the signature of the header fields (RFC 6376 §6.1.3 step 4).
 *   <li>The body has the signed length and hash (RFC 6376 §3.5, §6.1.3 step 3). A wrong body is reported instead of a
 *       wrong signature or an unavailable key, because no key would make that signature valid.
 *   <li>The key is not below the local minimum length (RFC 8301 §3.2).
 * </ol>
 *
 * <p>Not thread-safe.
 */
public final class SignatureVerifier {
    private static final int ED25519_OCTETS = 64;
    private static final byte[] NO_DIGEST = {};

    private final PublicKeyLookups keys;
    private final int minRsaBits;
    private final int maxRsaBits;

    /**
     * @param keys of the message
     * @param minRsaBits a signature by a shorter RSA key verifies, but does not count
     * @param maxRsaBits a signature by a longer RSA key is not verified
     */
    public SignatureVerifier(PublicKeyLookups keys, int minRsaBits, int maxRsaBits) {
        this.keys = keys;
        this.minRsaBits = minRsaBits;
        this.maxRsaBits = maxRsaBits;
    }

    /**
     * The result of one signature.
     *
     * @param failure why the signature does not pass; empty for a pass
     * @param headersVerified whether a key verified the signature of the header fields, regardless of the body
     * @param key the key record that decided; empty if there is none that could be read
     * @param body the hash of the received body; empty for a signature that covers no body, or was not evaluated
     */
    public record Result(
            Optional<SignatureFailure> failure,
            boolean headersVerified,
            Optional<PublicKeyRecord> key,
            Optional<BodyHash> body) {
        private Result with(Optional<SignatureFailure> other) {
            return new Result(other, headersVerified, key, body);
        }
    }

    /**
     * The digest that the signature signs, taken from the budget of the message.
     *
     * @param covered the header fields that {@code h=} selects
     * @param bodyHashes has a buffer for this work
     * @return an empty array if the budget is exhausted, which the methods that verify report
     */
    public byte[] headerDigest(SignatureTags tags, List<HeaderField> covered, BodyHashes bodyHashes) {
        return keys.operations().tryHash(covered)
                ? bodyHashes
                        .headerHash(tags.headerCanonicalization())
                        .addAll(covered)
                        .digestWith(tags.withoutSignature())
                : NO_DIGEST;
    }

    /**
     * Verifies a signature of header fields and body. Waits for its key, until the deadline of the DNS lookups at most.
     *
     * @param headerDigest the result of {@link #headerDigest}
     * @param bodyHashes of the body, which ends here; must have received {@link SignatureTags#bodyHashRequest()}
     * @param auidInSubdomain whether the domain of {@code i=} is a subdomain of {@code d=}; false without {@code i=}
     */
    public Result verify(SignatureTags tags, byte[] headerDigest, BodyHashes bodyHashes, boolean auidInSubdomain) {
        if (headerDigest.length == 0) {
            return failed(KeyOperations.exhausted(), Optional.empty());
        }
        BodyHash body = bodyHashes.hash(tags.bodyHashRequest());
        Result headers = verifyHeaders(tags, headerDigest, auidInSubdomain, Optional.of(body));
        Optional<SignatureFailure> failure = bodyFailure(tags, headers.failure, body);
        return failure.isPresent() ? headers.with(failure) : applyLocalPolicy(headers);
    }

    /**
     * Verifies a signature that covers no body and has no {@code i=} identity. Waits for its key as above.
     *
     * @param headerDigest the digest of the header fields that are signed
     */
    public Result verifyWithoutBody(SignatureTags tags, byte[] headerDigest) {
        return applyLocalPolicy(verifyHeaders(tags, headerDigest, false, Optional.empty()));
    }

    /**
     * Tells from the length of {@code b=}, before any key lookup, that no key accepted here can verify the signature.
     * An RSA signature is as long as its key (RFC 8017 §8.2.2), an Ed25519 signature has 64 octets (RFC 8032 §5.1.6).
     *
     * @param maxRsaBits the longest RSA key that is accepted
     * @return empty if a key may verify it, and for a missing signature or an unknown algorithm, which
     *     {@link SignatureTags#failure()} reports
     */
    public static Optional<SignatureFailure> lengthFailure(SignatureTags tags, int maxRsaBits) {
        int octets = tags.signature().length();
        if (octets == 0 || tags.algorithm().isEmpty()) {
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
                if (octets > rsaOctets(maxRsaBits)) {
                    yield failure(SignatureProblem.KEY_ABOVE_LOCAL_MAXIMUM, length(octets));
                }
                yield octets < rsaOctets(VerificationKey.Rsa.MIN_BITS)
                        ? failure(SignatureProblem.KEY_TOO_SHORT, length(octets))
                        : Optional.empty();
            }
            // SignatureTags reports the algorithm itself.
            case RSA_SHA1 -> Optional.empty();
        };
    }

    private static String length(int octets) {
        return "b= has " + octets + " octets";
    }

    private static int rsaOctets(int bits) {
        return (bits + Byte.SIZE - 1) / Byte.SIZE;
    }

    private Result verifyHeaders(SignatureTags tags, byte[] digest, boolean auidInSubdomain, Optional<BodyHash> body) {
        Optional<SignatureFailure> length = lengthFailure(tags, maxRsaBits);
        if (length.isPresent()) {
            return failed(length.get(), body);
        }
        return switch (keys.await(tags.keyName().orElseThrow())) {
            case PublicKeyLookups.Answer.NoKey none -> failed(none.failure(), body);
            case PublicKeyLookups.Answer.Records found ->
                verifyHeaders(tags, digest, found.records(), auidInSubdomain, body);
        };
    }

    /** RFC 6376 §6.1.2: one of several records that verifies is enough; otherwise the first gives the failure. */
    private Result verifyHeaders(
            SignatureTags tags,
            byte[] digest,
            List<Parsed<PublicKeyRecord, PublicKeyRecord.Malformed>> records,
            boolean auidInSubdomain,
            Optional<BodyHash> body) {
        Optional<Result> first = Optional.empty();
        for (Parsed<PublicKeyRecord, PublicKeyRecord.Malformed> parsed : records) {
            Result result = switch (parsed) {
                case Parsed.Malformed<PublicKeyRecord, PublicKeyRecord.Malformed>(
                        PublicKeyRecord.Malformed malformed) -> failed(malformed.failure(), body);
                case Parsed.Value<PublicKeyRecord, PublicKeyRecord.Malformed>(PublicKeyRecord record) -> {
                    Optional<SignatureFailure> failure = keyFailure(tags, digest, record, auidInSubdomain);
                    yield new Result(failure, failure.isEmpty(), Optional.of(record), body);
                }
            };
            // After the budget is exhausted, a record that was not tried may be the one that verifies.
            if (result.headersVerified
                    || result.failure.orElseThrow().problem() == SignatureProblem.TOO_MANY_KEY_OPERATIONS) {
                return result;
            }
            first = first.isPresent() ? first : Optional.of(result);
        }
        return first.orElseGet(() -> failed(SignatureFailure.of(SignatureProblem.NO_KEY), body));
    }

    private static Result failed(SignatureFailure failure, Optional<BodyHash> body) {
        return new Result(Optional.of(failure), false, Optional.empty(), body);
    }

    private Optional<SignatureFailure> keyFailure(
            SignatureTags tags, byte[] digest, PublicKeyRecord record, boolean auidInSubdomain) {
        // RFC 6376 §3.6.1
        if (!record.permitsEmail()) {
            return failure(SignatureProblem.KEY_NOT_FOR_EMAIL, "s=" + String.join(":", record.services()));
        }
        // RFC 6376 §6.1.2 steps 6 to 8
        if (!record.permitsSha256()) {
            return failure(SignatureProblem.KEY_HASH_NOT_ALLOWED, "h=" + String.join(":", record.hashes()));
        }
        if (record.revoked()) {
            return failure(SignatureProblem.KEY_REVOKED, "");
        }
        String keyType = tags.algorithm().map(SignatureAlgorithm::keyType).orElse("");
        if (record.key().isEmpty() || !record.keyType().equals(keyType)) {
            return failure(
                    SignatureProblem.KEY_TYPE_MISMATCH, "k=" + record.keyType() + " for a signature by " + keyType);
        }
        if (record.strictAuid() && auidInSubdomain) {
            return failure(SignatureProblem.KEY_NOT_FOR_SUBDOMAINS, "t=s");
        }
        // RFC 6376 §6.1.3 step 4
        return keys.operations()
                .verify(record.key().get(), digest, tags.signature().toByteArray());
    }

    /**
     * Why the body is not the one that was signed. Decides only where the header fields verify, do not verify, or
     * cannot be verified now: any other failure of the key comes first.
     */
    private static Optional<SignatureFailure> bodyFailure(
            SignatureTags tags, Optional<SignatureFailure> headers, BodyHash body) {
        Optional<SignatureProblem> problem = headers.map(SignatureFailure::problem);
        boolean unavailable = problem.isPresent() && problem.get().isTemporary();
        if (problem.isPresent() && problem.get() != SignatureProblem.SIGNATURE_MISMATCH && !unavailable) {
            return Optional.empty();
        }
        // RFC 6376 §3.5: l= must not be larger than the body.
        if (tags.bodyLength().orElse(0) > body.bodyLength()) {
            return failure(SignatureProblem.BODY_SHORTER_THAN_SIGNED, body.bodyLength() + " octets");
        }
        // RFC 6376 §6.1.3 step 3
        return tags.bodyHash().equals(body.digest())
                ? Optional.empty()
                : failure(SignatureProblem.BODY_HASH_MISMATCH, headerFields(problem, unavailable));
    }

    /** What is known of the header fields of a signature whose body does not match. */
    private static String headerFields(Optional<SignatureProblem> problem, boolean unavailable) {
        if (unavailable) {
            return "the header fields were not verified, since the public key cannot be fetched now";
        }
        return problem.isPresent() ? "and the header fields do not verify either" : "the header fields are intact";
    }

    /** RFC 8301 §3.2: a signature that verifies does not count if its key is shorter than this host accepts. */
    private Result applyLocalPolicy(Result result) {
        if (result.failure.isPresent()) {
            return result;
        }
        Optional<VerificationKey> key = result.key.flatMap(PublicKeyRecord::key);
        return key.isPresent() && key.get() instanceof VerificationKey.Rsa rsa && rsa.bits() < minRsaBits
                ? result.with(failure(SignatureProblem.KEY_BELOW_LOCAL_MINIMUM, rsa.bits() + " bits"))
                : result;
    }

    private static Optional<SignatureFailure> failure(SignatureProblem problem, String detail) {
        return Optional.of(new SignatureFailure(problem, detail));
    }
}
