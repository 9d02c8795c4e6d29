package org.countersign.dkim;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.canonical.BodyHashes;
import org.countersign.canonical.HeaderHash;
import org.countersign.keys.VerificationKey;
import org.countersign.message.HeaderSection;
import org.countersign.signature.HeaderIndex;
import org.countersign.signature.SignatureBuilder;
import org.countersign.signature.SignatureTags;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;

/**
 * The signatures that a message already has by the identities that are to sign it, because it passed this signer before. They
 * are verified with the keys of these identities, so no DNS query is needed. Such a signature counts only if a new one would
 * protect the message no better. It must cover the whole body and at least the header fields of a new one, and must not
 * expire soon.
 *
 * <p>Anybody can write fields that look like such signatures. Only a few are verified, and a message with more is signed.
 */
final class ExistingSignatures {
    /** The number of signatures that are verified, those with a wrong result included. */
    static final int MAX_VERIFIED = 4;

    private static final DkimLimits LIMITS = new DkimLimits(
            MAX_VERIFIED, DkimLimits.DEFAULT.clockDrift(), VerificationKey.Rsa.MIN_BITS, VerificationKey.Rsa.MAX_BITS);

    /** A signature of the header fields that has been verified. Its body hash is compared after the end of the body. */
    private record Candidate(SigningIdentity identity, SignatureTags tags) {}

    private final List<Candidate> candidates;
    private final BodyHashes bodyHashes;

    private ExistingSignatures(List<Candidate> candidates, BodyHashes bodyHashes) {
        this.candidates = List.copyOf(candidates);
        this.bodyHashes = bodyHashes;
    }

    /** Ignores the signatures of the message. */
    static ExistingSignatures ignored(BodyHashes bodyHashes) {
        return new ExistingSignatures(List.of(), bodyHashes);
    }

    /**
     * Finds signatures whose header fields verify.
     *
     * @param added makes the new signatures of the message
     * @param bodyHashes receives the requests for the hashes that these signatures need
     */
    static ExistingSignatures find(
            HeaderSection headers,
            List<SigningIdentity> identities,
            SigningDefaults defaults,
            SignatureBuilder added,
            BodyHashes bodyHashes,
            Instant now) {
        List<Candidate> candidates = new ArrayList<>(0);
        Optional<HeaderIndex> index = Optional.empty();
        int read = 0;
        int verified = 0;
        for (HeaderField field : headers.fields()) {
            if (!field.is(DkimSignature.FIELD)) {
                continue;
            }
            if (++read > DkimVerifier.MAX_SIGNATURES_READ) {
                break;
            }
            HeaderIndex fields = index.orElseGet(() -> new HeaderIndex(headers));
            index = Optional.of(fields);
            DkimSignature signature = DkimSignature.parse(field, read, fields, now, LIMITS);
            Optional<SigningIdentity> identity =
                    identities.stream().filter(each -> isOf(each, signature)).findFirst();
            if (identity.isEmpty()
                    || signature.failure().isPresent()
                    || signature.bodyLength().isPresent()
                    || expiresSoon(signature, defaults, now)
                    || !added.isCoveredBy(signature.headerNames())) {
                continue;
            }
            if (++verified > MAX_VERIFIED) {
                break;
            }
            if (verifies(signature, fields, identity.get())) {
                candidates.add(new Candidate(identity.get(), signature.tags()));
                bodyHashes.request(signature.tags().bodyHashRequest());
            }
        }
        return new ExistingSignatures(candidates, bodyHashes);
    }

    private static boolean isOf(SigningIdentity identity, DkimSignature signature) {
        SignatureTags tags = signature.tags();
        return tags.algorithm().filter(identity.key().algorithm()::equals).isPresent()
                && tags.signature().length() == identity.key().publicKey().signatureLength()
                && tags.keyName().filter(identity.keyName()::equals).isPresent()
                && tags.sdid().filter(identity.sdid()::equals).isPresent()
                && tags.tags().value("i").map(Octets::latin1).equals(identity.auid());
    }

    /** Whether a recipient that reads the message late would find the signature expired, but not a new one. */
    private static boolean expiresSoon(DkimSignature signature, SigningDefaults defaults, Instant now) {
        Optional<Duration> half = defaults.validity().map(time -> time.dividedBy(2));
        return signature.expiresAt().isPresent()
                && (half.isEmpty() || signature.expiresAt().get().isBefore(now.plus(half.get())));
    }

    private static boolean verifies(DkimSignature signature, HeaderIndex fields, SigningIdentity identity) {
        SignatureTags tags = signature.tags();
        byte[] digest = new HeaderHash(tags.headerCanonicalization())
                .addAll(fields.select(signature.headerNames(), tags.field()))
                .digestWith(tags.withoutSignature());
        return identity.key().publicKey().verifies(digest, tags.signature().toByteArray());
    }

    /** The identities that have a valid signature in the message, in no particular order. The first call ends the body. */
    List<SigningIdentity> identities() {
        List<SigningIdentity> valid = new ArrayList<>(candidates.size());
        for (Candidate candidate : candidates) {
            SignatureTags tags = candidate.tags();
            if (tags.bodyHash().equals(bodyHashes.hash(tags.bodyHashRequest()).digest())) {
                valid.add(candidate.identity());
            }
        }
        return valid;
    }
}
