package org.countersign.signature;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.countersign.canonical.BodyHashes;
import org.countersign.canonical.Canonicalization;
import org.countersign.domain.DomainName;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.keys.SignatureFailure;
import org.countersign.keys.SignatureProblem;
import org.countersign.keys.TagValues;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;
import org.countersign.syntax.TagList;

/**
 * The tags that the signatures of DKIM and ARC have in common, parsed from any header field. All tags are parsed even
 * after a failure, so that a report can identify the signature. The other tags of DKIM and ARC are in {@link #tags()}.
 */
public final class SignatureTags {
    private static final DomainName KEYS = DomainName.of("_domainkey");
    private static final Octets SIMPLE = Octets.latin1(Canonicalization.SIMPLE.tag());
    private static final int SHA256_LENGTH = 32;
    private static final int MAX_SHOWN = 253;
    private static final int MAX_SIGNATURE_SHOWN = 1024;

    /** The tags that DKIM or ARC define. If a list has many tags, only these are kept. */
    private static final Set<String> KNOWN =
            Set.of("v", "a", "b", "bh", "c", "cv", "d", "h", "i", "l", "q", "s", "t", "x", "z");

    private static final int MAX_TAGS_KEPT = 20;

    private final HeaderField field;
    private final TagList tags;
    private Optional<SignatureFailure> failure = Optional.empty();

    private final Optional<SignatureAlgorithm> algorithm;
    private final Octets signatureText;
    private final Octets signature;
    private final Octets bodyHash;
    private final Canonicalization headerCanonicalization;
    private final Canonicalization bodyCanonicalization;
    private final Optional<DomainName> sdid;
    private final Optional<DomainName> keyName;
    private final HeaderNames headerNames;
    private final OptionalLong bodyLength;
    private final Optional<Instant> signedAt;
    private final Optional<Instant> expiresAt;

    private SignatureTags(HeaderField field, TagList tags, List<String> required) {
        this.field = field;
        this.tags = tags;
        checkList(required);
        this.algorithm = readAlgorithm();
        this.signatureText = compact("b");
        this.signature = readBase64("b", signatureText);
        this.bodyHash = readBodyHash();
        Octets canonicalization = tags.value("c").orElse(SIMPLE);
        int slash = canonicalization.indexOf('/', 0);
        this.headerCanonicalization =
                readCanonicalization(slash < 0 ? canonicalization : canonicalization.slice(0, slash));
        // RFC 6376 §3.5: a single name is for the header, and the body is then simple.
        this.bodyCanonicalization = readCanonicalization(slash < 0 ? SIMPLE : canonicalization.from(slash + 1));
        this.sdid = readSdid();
        this.keyName = readKeyName();
        this.headerNames = HeaderNames.parse(tags.value("h").orElse(Octets.EMPTY));
        headerNames.failure().ifPresent(this::add);
        this.bodyLength = readNumber("l", Long.MAX_VALUE);
        this.signedAt = readTime("t");
        this.expiresAt = readTime("x");
        readQueryMethods();
    }

    /**
     * Parses the tags; never throws.
     *
     * @param required the names of the tags that the signature must have
     */
    public static SignatureTags parse(HeaderField field, List<String> required) {
        TagList tags = TagList.parse(field.value());
        boolean few = tags.tags().size() <= MAX_TAGS_KEPT;
        return new SignatureTags(field, few ? tags : tags.only(tag -> KNOWN.contains(tag.name())), required);
    }

    /**
     * Parses these tags only; never throws. All others are ignored, regardless of their values (RFC 6376 §3.2).
     *
     * @param supported the names of the tags that are defined for this field
     */
    public static SignatureTags parse(HeaderField field, List<String> required, Set<String> supported) {
        TagList all = TagList.parse(field.value());
        return new SignatureTags(field, all.only(tag -> supported.contains(tag.name())), required);
    }

    private void checkList(List<String> required) {
        for (TagList.Failure failed : tags.failures()) {
            switch (failed.problem()) {
                case DUPLICATE -> add(SignatureProblem.DUPLICATE_TAG, failed.detail());
                case TOO_MANY_TAGS -> add(SignatureProblem.TOO_MANY_TAGS, failed.detail());
                case EMPTY_TAG, NO_EQUALS_SIGN, BAD_NAME -> add(SignatureProblem.SYNTAX, failed.detail());
                // A tag that is read has its own syntax; an unknown tag is ignored (RFC 6376 §3.2), and z= is not read.
                case BAD_VALUE -> {}
            }
            if (failure.isPresent()) {
                return;
            }
        }
        for (String name : required) {
            if (!tags.has(name)) {
                add(SignatureProblem.MISSING_TAG, name + "=");
            }
        }
    }

    private void add(SignatureProblem problem, String detail) {
        add(new SignatureFailure(problem, detail));
    }

    private void add(SignatureFailure found) {
        failure = failure.isPresent() ? failure : Optional.of(found);
    }

    private Optional<String> text(String tag) {
        return tags.value(tag).map(Octets::utf8);
    }

    private Optional<SignatureAlgorithm> readAlgorithm() {
        Optional<Octets> name = tags.value("a");
        Optional<SignatureAlgorithm> known = name.flatMap(SignatureAlgorithm::named);
        if (known.isEmpty() && name.isPresent()) {
            add(SignatureProblem.UNKNOWN_ALGORITHM, name.get().utf8());
        } else if (known.isPresent() && known.get() == SignatureAlgorithm.RSA_SHA1) {
            add(SignatureProblem.HISTORIC_ALGORITHM, known.get().tag());
        }
        return known;
    }

    private Octets compact(String tag) {
        return tags.value(tag).map(Octets::withoutFws).orElse(Octets.EMPTY);
    }

    private Octets readBase64(String tag, Octets compact) {
        Optional<Octets> decoded = compact.decodeBase64();
        if ((decoded.isEmpty() || decoded.get().isEmpty()) && tags.has(tag)) {
            add(SignatureProblem.BAD_BASE64, tag + "=");
        }
        return decoded.orElse(Octets.EMPTY);
    }

    private Octets readBodyHash() {
        Octets hash = readBase64("bh", compact("bh"));
        if (!hash.isEmpty() && hash.length() != SHA256_LENGTH) {
            add(SignatureProblem.BAD_BASE64, "bh=");
        }
        return hash;
    }

    private Canonicalization readCanonicalization(Octets name) {
        Optional<Canonicalization> known = Canonicalization.named(name);
        if (known.isEmpty()) {
            add(SignatureProblem.UNKNOWN_CANONICALIZATION, name.utf8());
        }
        return known.orElse(Canonicalization.SIMPLE);
    }

    private Optional<DomainName> readSdid() {
        Optional<String> text = text("d");
        // RFC 8616 §5: the domain may have U-labels, which are A-labels in the DNS.
        Optional<DomainName> name = text.flatMap(SignatureTags::domainName).filter(DomainName::isHostName);
        if (name.isEmpty() && text.isPresent()) {
            add(SignatureProblem.BAD_DOMAIN, text.get());
        }
        return name;
    }

    /** A domain name as a signature has it: without a dot at its end (RFC 6376 §3.5 {@code d}, {@code i}). */
    public static Optional<DomainName> domainName(String text) {
        return text.endsWith(".") ? Optional.empty() : DomainName.parse(text);
    }

    // RFC 6376 §3.6.2.1
    private Optional<DomainName> readKeyName() {
        Optional<String> selector = text("s");
        if (selector.isEmpty() || sdid.isEmpty()) {
            return Optional.empty();
        }
        Optional<DomainName> name = selector.flatMap(SignatureTags::domainName)
                .filter(DomainName::isHostName)
                .flatMap(this::keyNameOf);
        if (name.isEmpty()) {
            add(SignatureProblem.BAD_SELECTOR, selector.get());
        }
        return name;
    }

    private Optional<DomainName> keyNameOf(DomainName selector) {
        return sdid.flatMap(domain -> domain.child(KEYS)).flatMap(keys -> keys.child(selector));
    }

    private OptionalLong readNumber(String tag, long cap) {
        Optional<Octets> value = tags.value(tag);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        OptionalLong number = TagValues.number(value.get(), cap);
        if (number.isEmpty()) {
            add(SignatureProblem.BAD_NUMBER, tag + "=" + value.get().latin1());
        }
        return number;
    }

    private Optional<Instant> readTime(String tag) {
        OptionalLong seconds = readNumber(tag, TagValues.MAX_TIME);
        return seconds.isEmpty() ? Optional.empty() : Optional.of(Instant.ofEpochSecond(seconds.getAsLong()));
    }

    private void readQueryMethods() {
        Optional<Octets> methods = tags.value("q");
        if (methods.isPresent() && !TagValues.list(methods.get()).contains("dns/txt")) {
            add(SignatureProblem.UNKNOWN_QUERY_METHOD, methods.get().latin1());
        }
    }

    /**
     * Why a signature of a message does not count, regardless of its key: it does not cover the From field, or its times
     * are not valid now.
     *
     * @param clockDrift how far the clock of the signer may be from the local clock
     * @return empty if none of this is the case
     */
    public Optional<SignatureFailure> contentFailure(Instant now, Duration clockDrift) {
        if (tags.has("h") && fromMentions() == 0) {
            return Optional.of(SignatureFailure.of(SignatureProblem.FROM_NOT_SIGNED));
        }
        if (expiresAt.isPresent() && expiresAt.get().isBefore(now.minus(clockDrift))) {
            return Optional.of(new SignatureFailure(SignatureProblem.EXPIRED, "at " + expiresAt.get()));
        }
        if (signedAt.isPresent() && signedAt.get().isAfter(now.plus(clockDrift))) {
            return Optional.of(new SignatureFailure(SignatureProblem.SIGNED_IN_FUTURE, "at " + signedAt.get()));
        }
        return expiresBeforeSigned()
                ? Optional.of(SignatureFailure.of(SignatureProblem.EXPIRES_BEFORE_SIGNED))
                : Optional.empty();
    }

    private boolean expiresBeforeSigned() {
        return signedAt.isPresent()
                && expiresAt.isPresent()
                && !expiresAt.get().isAfter(signedAt.get())
                && expiresAt.get().getEpochSecond() < TagValues.MAX_TIME;
    }

    /**
     * The field without the value of its {@code b=} tag and the white space around it (RFC 6376 §3.5). Everything else is
     * unchanged, as is a field that has no such tag.
     */
    public Octets withoutSignature() {
        Octets raw = field.raw();
        Optional<TagList.Tag> tag = tags.tag("b");
        if (tag.isEmpty()) {
            return raw;
        }
        int valueAt = raw.length() - field.value().length();
        int equals = raw.indexOf('=', valueAt + tag.get().offset());
        int semicolon = raw.indexOf(';', equals);
        Octets before = raw.slice(0, equals + 1);
        if (semicolon < 0) {
            return before;
        }
        Octets after = raw.from(semicolon);
        byte[] octets = new byte[before.length() + after.length()];
        before.copyTo(octets, 0);
        after.copyTo(octets, before.length());
        return Octets.wrap(octets);
    }

    /** The first syntax error of the list or of a tag, or the first missing tag; empty if there is none. */
    public Optional<SignatureFailure> failure() {
        return failure;
    }

    /** The header field that holds the signature. */
    public HeaderField field() {
        return field;
    }

    /** The tags as written; only the defined ones if others are not supported, or if there are more than twenty. */
    public TagList tags() {
        return tags;
    }

    /** {@code a=}; empty if it is missing or unknown. */
    public Optional<SignatureAlgorithm> algorithm() {
        return algorithm;
    }

    /** {@code b=}, decoded; empty octets if it is missing or malformed. */
    public Octets signature() {
        return signature;
    }

    /** {@code b=} as written, without white space; printable. */
    public String signatureText() {
        // Valid base64 has no octet to escape.
        return signature.isEmpty() || signatureText.length() > MAX_SIGNATURE_SHOWN
                ? signatureText.toString()
                : signatureText.latin1();
    }

    /** {@code bh=}, decoded; empty octets if it is missing or malformed. */
    public Octets bodyHash() {
        return bodyHash;
    }

    /** The first half of {@code c=}; simple if it is unknown. */
    public Canonicalization headerCanonicalization() {
        return headerCanonicalization;
    }

    /** The second half of {@code c=}; simple if it is missing or unknown. */
    Canonicalization bodyCanonicalization() {
        return bodyCanonicalization;
    }

    /** The request for the hash that is compared with {@code bh=}. */
    public BodyHashes.Request bodyHashRequest() {
        return new BodyHashes.Request(bodyCanonicalization, bodyLength);
    }

    /** {@code d=}, the Signing Domain Identifier, in A-labels; empty if it is missing or malformed. */
    public Optional<DomainName> sdid() {
        return sdid;
    }

    /** {@code s=} as written, printable; the empty string if it is missing. */
    public String selector() {
        return text("s").map(text -> Escapes.printable(text, MAX_SHOWN)).orElse("");
    }

    /** The name of the public key record; empty if selector or domain is missing or malformed. */
    public Optional<DomainName> keyName() {
        return keyName;
    }

    /** {@code h=} in lower case. Parsed by each call, because the names of many signatures would need much memory. */
    public List<String> headerNames() {
        return headerNames.toList();
    }

    /** The number of times that {@code h=} names the From field. */
    public int fromMentions() {
        return headerNames.fromMentions();
    }

    /** {@code l=}, at most {@link Long#MAX_VALUE}. */
    public OptionalLong bodyLength() {
        return bodyLength;
    }

    /** {@code t=}; a time of more than 12 digits is the year 33658. */
    public Optional<Instant> signedAt() {
        return signedAt;
    }

    /** {@code x=}; a time of more than 12 digits is the year 33658. */
    public Optional<Instant> expiresAt() {
        return expiresAt;
    }
}
