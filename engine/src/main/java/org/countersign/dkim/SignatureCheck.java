package org.countersign.dkim;

import java.util.List;
import java.util.Optional;

/** Puts a signature, the digest that it should sign and the keys of its selector together. */
public final class SignatureCheck {
    private SignatureCheck() {}

    /**
     * What came of it.
     *
     * @param fault why it does not verify; empty where it does
     * @param record the key record that decided, where there was one that could be read
     */
    public record Finding(Optional<Fault> fault, Optional<PublicKeyRecord> record) {}

    /**
     * Checks a signature whose tags are right. Of several key records one that verifies is enough;
     * otherwise the first tells what is wrong (RFC 6376 §6.1.2).
     *
     * @param headerDigest what {@link HeaderHash#digestWith} gave
     * @param exactDomain whether the identity that is claimed is of {@code d=} itself and no subdomain
     */
    public static Finding check(
            SignatureTags tags, byte[] headerDigest, PublicKeyLookups.Answer answer, boolean exactDomain) {
        return switch (answer) {
            case PublicKeyLookups.Answer.Missing missing -> failed(missing.fault());
            case PublicKeyLookups.Answer.Unavailable unavailable -> failed(unavailable.fault());
            case PublicKeyLookups.Answer.Records keys -> check(tags, headerDigest, keys.records(), exactDomain);
        };
    }

    private static Finding failed(Fault fault) {
        return new Finding(Optional.of(fault), Optional.empty());
    }

    private static Finding check(
            SignatureTags tags, byte[] digest, List<PublicKeyRecord.Parsing> records, boolean exactDomain) {
        Optional<Finding> first = Optional.empty();
        for (PublicKeyRecord.Parsing parsed : records) {
            Finding finding = switch (parsed) {
                case PublicKeyRecord.Parsing.Malformed malformed -> failed(malformed.fault());
                case PublicKeyRecord.Parsing.Valid valid ->
                    new Finding(check(tags, digest, valid.record(), exactDomain), Optional.of(valid.record()));
            };
            if (finding.fault().isEmpty()) {
                return finding;
            }
            first = first.isPresent() ? first : Optional.of(finding);
        }
        return first.orElseGet(() -> failed(Fault.of(DkimProblem.NO_KEY)));
    }

    private static Optional<Fault> check(
            SignatureTags tags, byte[] digest, PublicKeyRecord record, boolean exactDomain) {
        // RFC 6376 §3.6.1
        if (!record.services().contains("*") && !record.services().contains("email")) {
            return fault(DkimProblem.KEY_NOT_FOR_EMAIL, "s=" + String.join(":", record.services()));
        }
        // RFC 6376 §6.1.2 steps 6 to 9
        if (!record.hashes().isEmpty() && !record.hashes().contains("sha256")) {
            return fault(DkimProblem.KEY_HASH_NOT_ALLOWED, "h=" + String.join(":", record.hashes()));
        }
        if (record.revoked()) {
            return fault(DkimProblem.KEY_REVOKED, "");
        }
        String wanted = tags.algorithm().map(SignatureAlgorithm::keyType).orElse("");
        if (record.key().isEmpty() || !record.keyType().equals(wanted)) {
            return fault(DkimProblem.KEY_TYPE_MISMATCH, "k=" + record.keyType() + " for a signature by " + wanted);
        }
        if (record.strictAuid() && !exactDomain) {
            return fault(DkimProblem.KEY_NOT_FOR_SUBDOMAINS, "t=s");
        }
        // RFC 6376 §6.1.3 step 4
        return record.key().get().verifies(digest, tags.signature().toByteArray())
                ? Optional.empty()
                : fault(DkimProblem.SIGNATURE_MISMATCH, "");
    }

    private static Optional<Fault> fault(DkimProblem problem, String detail) {
        return Optional.of(new Fault(problem, detail));
    }

    /**
     * Puts together what the key said about the header fields and whether the body is the one that was signed.
     *
     * @param body the hash that {@link SignatureTags#bodyHashRequest()} asked for
     * @return why the signature does not verify; empty where it does
     */
    public static Optional<Fault> verdict(SignatureTags tags, Finding finding, BodyHash body) {
        boolean keyTrouble =
                finding.fault().isPresent() && finding.fault().get().problem() != DkimProblem.SIGNATURE_MISMATCH;
        if (keyTrouble) {
            return finding.fault();
        }
        // RFC 6376 §3.5: l= must not be larger than the body.
        if (tags.bodyLength().orElse(0) > body.bodyLength()) {
            return fault(DkimProblem.BODY_SHORTER_THAN_SIGNED, body.bodyLength() + " octets");
        }
        // RFC 6376 §6.1.3 step 3
        if (!tags.bodyHash().equals(body.digest())) {
            boolean headersToo = finding.fault().isPresent();
            return fault(
                    DkimProblem.BODY_HASH_MISMATCH,
                    headersToo ? "and the header fields do not verify either" : "the header fields are intact");
        }
        return finding.fault();
    }

    /** Why a signature that verifies does not count here; empty where it does. */
    public static Optional<Fault> localPolicy(Finding finding, DkimLimits limits) {
        Optional<VerificationKey> key = finding.record().flatMap(PublicKeyRecord::key);
        return key.isPresent() && key.get() instanceof VerificationKey.Rsa rsa && rsa.bits() < limits.shortestRsaKey()
                ? fault(DkimProblem.KEY_BELOW_LOCAL_MINIMUM, rsa.bits() + " bits")
                : Optional.empty();
    }
}
