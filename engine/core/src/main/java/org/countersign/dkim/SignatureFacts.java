package org.countersign.dkim;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.countersign.canonical.BodyHash;
import org.countersign.domain.DomainName;
import org.countersign.keys.PublicKeyRecord;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.keys.VerificationKey;

/**
 * What is known of one DKIM-Signature field, whatever became of it. Text is printable but written by the
 * sender.
 *
 * @param position which DKIM-Signature field it is, counted from the top, from 1
 * @param sdid {@code d=}, the Signing Domain Identifier; empty where it is missing or no domain name
 * @param auid {@code i=}, the Agent or User Identifier, or {@code @} and the SDID where it is missing;
 *     empty where it is malformed
 * @param selector {@code s=}; empty text where missing
 * @param algorithm {@code a=}; empty where missing or not known
 * @param signatureText {@code b=} without white space, its first 1024 characters
 * @param headerNames {@code h=}, in lower case; empty for a signature that is not evaluated
 * @param signedAt {@code t=}
 * @param expiresAt {@code x=}
 * @param bodyLength {@code l=}
 * @param key what the public key record said, where one was read
 * @param bodyHash the hash that the body has; empty where the signature was not evaluated that far
 * @param unsignedFromFields how many From fields of the message the signature does not cover, any of which
 *     a mail program may show
 */
public record SignatureFacts(
        int position,
        Optional<DomainName> sdid,
        Optional<String> auid,
        String selector,
        Optional<SignatureAlgorithm> algorithm,
        String signatureText,
        List<String> headerNames,
        Optional<Instant> signedAt,
        Optional<Instant> expiresAt,
        OptionalLong bodyLength,
        Optional<PublicKeyRecord> key,
        Optional<BodyHash> bodyHash,
        int unsignedFromFields) {
    public SignatureFacts {
        headerNames = List.copyOf(headerNames);
    }

    /** Whether the signature has an {@code l=} tag, so that anything may follow what it covers. */
    public boolean bodyLengthLimited() {
        return bodyLength.isPresent();
    }

    /** Whether no octet of this message's body is outside the signature. */
    public boolean coversWholeBody() {
        return bodyHash.isPresent() && bodyHash.get().coversWholeBody();
    }

    /** The size of the public key, where it is known. */
    public OptionalInt keyBits() {
        Optional<VerificationKey> known = key.flatMap(PublicKeyRecord::key);
        return known.isPresent() ? OptionalInt.of(known.get().bits()) : OptionalInt.empty();
    }

    /**
     * Whether the key's owner is only trying DKIM out: the message is to be treated no better and no worse
     * than one without this signature (RFC 6376 §3.6.1, {@code t=y}).
     */
    public boolean keyInTestingMode() {
        return key.isPresent() && key.get().testing();
    }

    /** Without the one part that may be long, for a signature that is not evaluated. */
    SignatureFacts withoutHeaderNames() {
        return new SignatureFacts(
                position,
                sdid,
                auid,
                selector,
                algorithm,
                signatureText,
                List.of(),
                signedAt,
                expiresAt,
                bodyLength,
                key,
                bodyHash,
                unsignedFromFields);
    }

    /** With what only the DNS and the body could tell. */
    SignatureFacts with(Optional<PublicKeyRecord> record, BodyHash hash) {
        return new SignatureFacts(
                position,
                sdid,
                auid,
                selector,
                algorithm,
                signatureText,
                headerNames,
                signedAt,
                expiresAt,
                bodyLength,
                record,
                Optional.of(hash),
                unsignedFromFields);
    }

    /** Who signed, for people: {@code The signature of example.org (selector s1)}. */
    String describe() {
        String domain = sdid.map(DomainName::toString).orElse("an unnamed domain");
        return "The signature of " + domain + (selector.isEmpty() ? "" : " (selector " + selector + ")");
    }
}
