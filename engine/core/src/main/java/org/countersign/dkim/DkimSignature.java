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
import org.countersign.keys.SignatureFailure;
import org.countersign.keys.SignatureProblem;
import org.countersign.keys.VerificationKey;
import org.countersign.signature.Auid;
import org.countersign.signature.HeaderIndex;
import org.countersign.signature.SignatureTags;
import org.countersign.signature.SignatureVerifier;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;

/**
 * One DKIM-Signature field as parsed, with the key record and the body hash once it has been evaluated. All text is
 * printable, but the sender wrote it.
 */
public final class DkimSignature {
    /** The name of the header field that holds a signature. */
    public static final String FIELD = "DKIM-Signature";

    private static final List<String> REQUIRED = List.of("v", "a", "b", "bh", "d", "h", "s");
    private static final int MAX_AUID = 320;

    private final int position;
    private final SignatureTags tags;
    private final CheckedAuid auid;
    private final String selector;
    private final String signatureText;
    private final List<String> headerNames;
    private final int unsignedFromFields;
    private final Optional<SignatureFailure> failure;
    private final Optional<PublicKeyRecord> key;
    private final Optional<BodyHash> bodyHash;

    private DkimSignature(
            int position,
            SignatureTags tags,
            CheckedAuid auid,
            int unsignedFromFields,
            Optional<SignatureFailure> failure) {
        this.position = position;
        this.tags = tags;
        this.auid = auid;
        this.selector = tags.selector();
        this.signatureText = tags.signatureText();
        // The one value that may be long. It has no use where the signature is not evaluated.
        this.headerNames = failure.isPresent() ? List.of() : List.copyOf(tags.headerNames());
        this.unsignedFromFields = unsignedFromFields;
        this.failure = failure;
        this.key = Optional.empty();
        this.bodyHash = Optional.empty();
    }

    private DkimSignature(DkimSignature parsed, Optional<PublicKeyRecord> key, Optional<BodyHash> bodyHash) {
        this.position = parsed.position;
        this.tags = parsed.tags;
        this.auid = parsed.auid;
        this.selector = parsed.selector;
        this.signatureText = parsed.signatureText;
        this.headerNames = parsed.headerNames;
        this.unsignedFromFields = parsed.unsignedFromFields;
        this.failure = parsed.failure;
        this.key = key;
        this.bodyHash = bodyHash;
    }

    /**
     * The {@code i=} tag.
     *
     * @param text empty for a malformed identifier
     * @param inSubdomain whether its domain is a subdomain of {@code d=}
     * @param failure why the signature is not valid with this identifier; empty for a valid one
     */
    private record CheckedAuid(Optional<String> text, boolean inSubdomain, Optional<SignatureFailure> failure) {}

    /**
     * Parses a field and checks it as RFC 6376 §6.1.1 requires; never throws.
     *
     * @param position which DKIM-Signature field of the message it is, counted from the top, from 1
     */
    static DkimSignature parse(HeaderField field, int position, HeaderIndex headers, Instant now, DkimLimits limits) {
        SignatureTags tags = SignatureTags.parse(field, REQUIRED);
        CheckedAuid auid = parseAuid(tags);
        int unsignedFromFields = Math.max(0, headers.count("from") - tags.fromMentions());
        return new DkimSignature(position, tags, auid, unsignedFromFields, failure(tags, auid, now, limits));
    }

    private static CheckedAuid parseAuid(SignatureTags tags) {
        Optional<Octets> value = tags.tags().value("i");
        if (value.isEmpty()) {
            // RFC 6376 §3.5: the default is an empty local part followed by @ and the domain of d=.
            return new CheckedAuid(tags.sdid().map(domain -> "@" + domain), false, Optional.empty());
        }
        Optional<Auid> parsed = Auid.parse(value.get());
        if (parsed.isEmpty()) {
            return new CheckedAuid(
                    Optional.empty(),
                    false,
                    failed(SignatureProblem.BAD_AUID, value.get().latin1()));
        }
        DomainName domain = parsed.get().domain();
        String text = Escapes.printable(parsed.get().localPart(), MAX_AUID) + "@" + domain;
        Optional<DomainName> sdid = tags.sdid();
        boolean outside = sdid.isPresent() && !domain.isWithin(sdid.get());
        return new CheckedAuid(
                Optional.of(text),
                !sdid.equals(Optional.of(domain)),
                outside ? failed(SignatureProblem.AUID_OUTSIDE_SDID, text) : Optional.empty());
    }

    /** The first check that fails without the key and the body of the message. */
    private static Optional<SignatureFailure> failure(
            SignatureTags tags, CheckedAuid auid, Instant now, DkimLimits limits) {
        Optional<SignatureFailure> failure = tags.failure();
        if (failure.isEmpty()) {
            failure = auid.failure;
        }
        if (failure.isEmpty()) {
            failure = versionFailure(tags);
        }
        if (failure.isEmpty()) {
            failure = tags.contentFailure(now, limits.clockDrift());
        }
        return failure.isEmpty() ? SignatureVerifier.lengthFailure(tags, limits.maxRsaBits()) : failure;
    }

    private static Optional<SignatureFailure> versionFailure(SignatureTags tags) {
        Optional<Octets> version = tags.tags().value("v");
        return version.isPresent() && !version.get().is("1")
                ? failed(SignatureProblem.UNKNOWN_VERSION, "v=" + version.get().latin1())
                : Optional.empty();
    }

    private static Optional<SignatureFailure> failed(SignatureProblem problem, String detail) {
        return Optional.of(new SignatureFailure(problem, detail));
    }

    /** The same signature, which is not evaluated for this reason. */
    DkimSignature notEvaluated(SignatureFailure reason) {
        return new DkimSignature(position, tags, auid, unsignedFromFields, Optional.of(reason));
    }

    /** The same signature with the key record and the body hash that decided its result. */
    DkimSignature evaluated(Optional<PublicKeyRecord> record, Optional<BodyHash> hash) {
        return new DkimSignature(this, record, hash);
    }

    /** Why neither the key nor the body of the message is needed for the result; empty if both are. */
    Optional<SignatureFailure> failure() {
        return failure;
    }

    SignatureTags tags() {
        return tags;
    }

    /** Whether the domain of {@code i=} is a subdomain of {@code d=} and not {@code d=} itself. */
    boolean auidInSubdomain() {
        return auid.inSubdomain;
    }

    /** Which DKIM-Signature field of the message it is, counted from the top, from 1. */
    public int position() {
        return position;
    }

    /** {@code d=}, the Signing Domain Identifier; empty if it is missing or not a domain name. */
    public Optional<DomainName> sdid() {
        return tags.sdid();
    }

    /**
     * {@code i=}, the Agent or User Identifier; {@code @} and the SDID if it is missing. Empty if it is malformed, or
     * if both are missing.
     */
    public Optional<String> auid() {
        return auid.text;
    }

    /** {@code s=}; the empty string if it is missing. */
    public String selector() {
        return selector;
    }

    /** {@code a=}; empty if it is missing or unknown. */
    public Optional<SignatureAlgorithm> algorithm() {
        return tags.algorithm();
    }

    /** {@code b=} as written, without white space. */
    public String signatureText() {
        return signatureText;
    }

    /** {@code h=}, in lower case; no names if the signature is not evaluated. */
    public List<String> headerNames() {
        return headerNames;
    }

    /** {@code t=}. */
    public Optional<Instant> signedAt() {
        return tags.signedAt();
    }

    /** {@code x=}. */
    public Optional<Instant> expiresAt() {
        return tags.expiresAt();
    }

    /** {@code l=}, the number of octets of the canonical body that are signed; empty for the whole body. */
    public OptionalLong bodyLength() {
        return tags.bodyLength();
    }

    /** The public key record; empty if none could be read, or the signature is not evaluated. */
    public Optional<PublicKeyRecord> key() {
        return key;
    }

    /** The hash of the received body; empty if the signature is not evaluated. */
    public Optional<BodyHash> bodyHash() {
        return bodyHash;
    }

    /** {@code bh=}, the hash of the body that was signed; empty octets if it is missing or malformed. */
    public Octets signedBodyHash() {
        return tags.bodyHash();
    }

    /** The number of From fields that the signature does not cover. A mail program may display any of them. */
    public int unsignedFromFields() {
        return unsignedFromFields;
    }

    /** Whether the signature covers the whole body of the message, so that nothing was appended to it. */
    public boolean coversWholeBody() {
        return bodyHash.isPresent() && bodyHash.get().coversWholeBody();
    }

    /** The size of the public key in bits; empty if the key is unknown. */
    public OptionalInt keyBits() {
        Optional<VerificationKey> known = key.flatMap(PublicKeyRecord::key);
        return known.isPresent() ? OptionalInt.of(known.get().bits()) : OptionalInt.empty();
    }

    /** Whether the key record has {@code t=y}: the domain is only testing DKIM (RFC 6376 §3.6.1). */
    boolean keyInTestingMode() {
        return key.isPresent() && key.get().testing();
    }

    /** The subject of a sentence: {@code The signature of example.org (selector s1)}. */
    String describe() {
        String domain = sdid().map(DomainName::toString).orElse("an unnamed domain");
        return "The signature of " + domain + (selector.isEmpty() ? "" : " (selector " + selector + ")");
    }
}
