package org.countersign.doctor;

import java.util.List;
import java.util.Optional;
import org.countersign.config.Suggestions;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.countersign.keys.KeyDamage;
import org.countersign.keys.PublicKeyRecord;
import org.countersign.keys.SigningKey;
import org.countersign.keys.VerificationKey;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;
import org.countersign.syntax.TagList;

/**
 * Examines one TXT record that was meant as a key (RFC 6376 §3.6.1). Damage is reported with what it hides: the text is examined
 * again as it would be without it.
 */
final class DkimRecordCheck {
    private static final List<String> KNOWN = List.of("v", "h", "k", "n", "p", "s", "t", "g");
    private static final int MAX_TAGS = 32;
    private static final String PEM = "-----BEGIN";
    private static final int RECOMMENDED_BITS = 2048;
    private static final String ADVICE_NEW_KEY = " Make a new key of 2048 bits under a new selector.";

    private final DomainContext context;
    private final String text;
    private final DkimRecordFindings findings;

    /**
     * @param own the key that the configuration signs with under this name
     */
    DkimRecordCheck(DomainContext context, DomainName name, DnsRecord.Text record, Optional<SigningKey> own) {
        this.context = context;
        this.text = record.joined().latin1();
        this.findings = new DkimRecordFindings(name, record, own);
    }

    /** The same record with the text that it would have without a damage. */
    private DkimRecordCheck(DkimRecordCheck outer, String text) {
        this.context = outer.context;
        this.text = text;
        this.findings = outer.findings.behind();
    }

    /** The key in a record; empty if there is none. */
    static Optional<VerificationKey> key(DnsRecord.Text record) {
        return PublicKeyRecord.parse(record.joined())
                        instanceof Parsed.Value<PublicKeyRecord, PublicKeyRecord.Malformed>(PublicKeyRecord value)
                ? value.key()
                : Optional.empty();
    }

    /** Examines what a damage hides. The line to publish for it is that for the damage, where that alone gives no key. */
    private void behind(String repaired) {
        if (repaired.equals(text)) {
            return;
        }
        DkimRecordCheck inner = new DkimRecordCheck(this, repaired);
        inner.examine();
        findings.addBehindTheLast(inner.findings);
    }

    /** Reports, and gives the key if there is one. */
    Optional<VerificationKey> run() {
        Optional<VerificationKey> key = examine();
        findings.found().forEach(context::add);
        return key;
    }

    private Optional<VerificationKey> examine() {
        if (isDamaged()) {
            return Optional.empty();
        }
        Octets octets = Octets.latin1(text);
        TagList tags = TagList.parse(octets);
        return switch (PublicKeyRecord.parse(octets)) {
            case Parsed.Malformed<PublicKeyRecord, PublicKeyRecord.Malformed> malformed -> {
                unreadable(tags);
                yield Optional.empty();
            }
            case Parsed.Value<PublicKeyRecord, PublicKeyRecord.Malformed>(PublicKeyRecord value) -> {
                tags(value, tags);
                value.key().ifPresent(this::size);
                if (value.key().isPresent()) {
                    trailing(tags);
                }
                yield value.key();
            }
        };
    }

    /** Damage of the text as a whole. */
    private boolean isDamaged() {
        String plain = SpfRepair.hasQuotes(text) ? DkimRecordRepair.withoutQuotes(text) : text;
        if (text.contains(PEM) || text.contains("\\n")) {
            boolean secret = text.contains("PRIVATE KEY");
            findings.add(
                    secret ? FindingId.DKIM_NOT_A_KEY : FindingId.DKIM_PEM,
                    Severity.ERROR,
                    secret
                            ? "This is a PRIVATE KEY: everybody can sign with it. Revoke it now, and make a new one."
                            : "The record has the lines of a PEM file: p= takes the base64 between them alone.",
                    secret ? List.of() : findings.instead(DkimRecordRepair.withoutPem(text)));
            if (!secret) {
                behind(DkimRecordRepair.withoutPem(text));
            }
            return true;
        }
        if (text.indexOf('"') >= 0) {
            findings.damage(
                    FindingId.DKIM_QUOTED,
                    "Quotation marks are a part of the record: they belong into a zone file and not into a web page.",
                    plain);
            behind(plain);
            return true;
        }
        if (text.indexOf('\\') >= 0) {
            findings.damage(
                    FindingId.DKIM_ESCAPED,
                    "Backslashes are a part of the record: they belong into a zone file and not into a web page.",
                    plain);
            behind(plain);
            return true;
        }
        return false;
    }

    /** A record whose key no verifier can use: what exactly is wrong. */
    private void unreadable(TagList tags) {
        if (tags.has(TagList.Problem.TOO_MANY_TAGS)) {
            findings.damage(
                    FindingId.DKIM_DUPLICATE_TAG,
                    "The record has more than 64 tags, so that it is not read. Eight are defined.",
                    DkimRecordRepair.withKnownTags(text, KNOWN));
            behind(DkimRecordRepair.withKnownTags(text, KNOWN));
            return;
        }
        if (DkimRecordRepair.isWithoutVersion(text, tags)) {
            findings.damage(
                    FindingId.DKIM_VERSION,
                    "A key record begins with v=DKIM1; or has no v= at all. This one is not read.",
                    DkimRecordRepair.withVersion(text));
            behind(DkimRecordRepair.versioned(text, tags));
            return;
        }
        if (tags.has(TagList.Problem.DUPLICATE) && TagListText.hasDuplicate(tags)) {
            findings.damage(
                    FindingId.DKIM_DUPLICATE_TAG,
                    "A tag occurs twice, so that the whole record is not read.",
                    TagListText.of(tags.tags()));
            behind(TagListText.of(tags.tags()));
            return;
        }
        Optional<Octets> data = tags.value("p");
        if (data.isEmpty()) {
            findings.damage(FindingId.DKIM_NO_P, "p= is missing, so that there is no key.", text);
            return;
        }
        withoutKey(tags, data.get());
    }

    /** Data of {@code p=} that gives no key. */
    private void withoutKey(TagList tags, Octets data) {
        KeyDamage damage = KeyDamage.of(tags.value("k").map(Octets::latin1).orElse("rsa"), data);
        String what = damage.detail() + ".";
        switch (damage.kind()) {
            case CUT -> findings.damage(FindingId.DKIM_CUT, "The key is damaged: " + what, text);
            case NOT_A_KEY -> findings.damage(FindingId.DKIM_NOT_A_KEY, "No key can be read: " + what, text);
            case PRIVATE_KEY ->
                findings.damage(
                        FindingId.DKIM_NOT_A_KEY,
                        "This is a PRIVATE KEY: everybody can sign with it. Revoke it now, and make a new one.",
                        text);
            case OTHER_TYPE ->
                findings.damage(
                        FindingId.DKIM_TYPE,
                        "The key does not have the type that k= says: " + what,
                        tags.tags().isEmpty()
                                ? text
                                : DkimRecordRepair.retyped(data).orElse(text));
            case TOO_SHORT ->
                findings.add(
                        FindingId.DKIM_SHORT,
                        Severity.ERROR,
                        "The key has " + what.replace(" bits.", " bits")
                                + ", and verifiers must not accept less than 1024." + ADVICE_NEW_KEY,
                        List.of());
            case TOO_LONG ->
                findings.add(
                        FindingId.DKIM_LONG,
                        Severity.WARNING,
                        "The key has " + what.replace(" bits.", " bits")
                                + ", and verifiers need not accept more than 4096." + ADVICE_NEW_KEY,
                        List.of());
            case WEAK -> findings.add(FindingId.DKIM_WEAK, "The key is not safe: " + what + ADVICE_NEW_KEY);
        }
        findings.hidesMore();
        if (damage.kind() != KeyDamage.Kind.PRIVATE_KEY
                && PublicKeyRecord.parse(Octets.latin1(TagListText.with(tags, "p", "")))
                        instanceof Parsed.Value<PublicKeyRecord, PublicKeyRecord.Malformed>(PublicKeyRecord value)) {
            permissions(value, tags);
        }
    }

    private void tags(PublicKeyRecord value, TagList tags) {
        if (value.revoked()) {
            findings.add(
                    FindingId.DKIM_REVOKED,
                    FindingId.DKIM_REVOKED.severity(),
                    "p= is empty: the key has been revoked, and its signatures fail.",
                    findings.insteadByOwn());
            return;
        }
        if (value.key().isEmpty()) {
            findings.damage(
                    FindingId.DKIM_TYPE,
                    "k=" + value.keyType() + " is not known, so that no verifier uses the key.",
                    TagListText.without(tags, "k"));
            findings.hidesMore();
            permissions(value, tags);
            return;
        }
        if (tags.value("p").map(Octets::latin1).orElse("").chars().anyMatch(c -> c <= ' ')) {
            findings.add(FindingId.DKIM_BLANKS, "There are blanks inside p=, which are allowed there.");
        }
        permissions(value, tags);
        for (TagList.Tag tag : tags.tags().stream().limit(MAX_TAGS).toList()) {
            if (!KNOWN.contains(tag.name())) {
                findings.add(
                        FindingId.DKIM_UNKNOWN_TAG,
                        "The tag " + tag.name() + "= is not defined and is ignored."
                                + Suggestions.nearest(tag.name(), KNOWN)
                                        .filter(near -> tag.name().length() > 1)
                                        .map(near -> " Did you mean " + near + "=?")
                                        .orElse(""));
            }
        }
        if (!tags.failures().isEmpty()
                && !TagListText.hasDuplicate(tags)
                && tags.failures().stream().anyMatch(failure -> failure.problem() != TagList.Problem.EMPTY_TAG)) {
            findings.damage(
                    FindingId.DKIM_DUPLICATE_TAG,
                    "A part of the record is no tag: \""
                            + tags.failures().getFirst().detail() + "\". Some verifiers refuse the whole record.",
                    TagListText.of(tags.tags()));
        }
    }

    /** What the record permits besides its key. */
    private void permissions(PublicKeyRecord value, TagList tags) {
        hashes(value, tags);
        if (!value.permitsEmail()) {
            findings.damage(
                    FindingId.DKIM_SERVICE,
                    "s= does not permit email, so that signatures of mail fail.",
                    TagListText.without(tags, "s"));
        }
        flags(value, tags);
        if (tags.value("g").isPresent()) {
            findings.damage(
                    FindingId.DKIM_GRANULARITY,
                    "g= was removed from DKIM. Old verifiers still follow it, and an empty one matched nobody.",
                    TagListText.without(tags, "g"));
        }
    }

    /** Octets behind the key, which most verifiers ignore. */
    private void trailing(TagList tags) {
        Octets data = tags.value("p").orElse(Octets.EMPTY);
        KeyDamage.withoutTrailingOctets(data)
                .ifPresent(key -> findings.damage(
                        FindingId.DKIM_CUT,
                        "More octets follow the key, as if two keys had run together, and some verifiers refuse it.",
                        TagListText.with(tags, "p", key)));
    }

    // RFC 6376 §3.6.1, RFC 8301 §3.1
    private void hashes(PublicKeyRecord value, TagList tags) {
        if (!value.permitsSha256()) {
            findings.damage(
                    FindingId.DKIM_HASH,
                    "h=" + String.join(":", value.hashes())
                            + " does not permit sha256, the only hash in use, so that every signature fails.",
                    DkimRecordFindings.withoutHashes(tags));
        } else if (value.hashes().contains("sha1")) {
            findings.add(
                    FindingId.DKIM_HASH,
                    Severity.WARNING,
                    "h= lists sha1, which must not be used any more.",
                    findings.instead(DkimRecordFindings.withoutHashes(tags)));
        }
    }

    private void flags(PublicKeyRecord value, TagList tags) {
        if (value.testing()) {
            findings.damage(
                    FindingId.DKIM_TESTING,
                    "t=y says that the domain is only testing: some receivers ignore such signatures.",
                    value.strictAuid() ? TagListText.with(tags, "t", "s") : TagListText.without(tags, "t"));
        }
        if (value.strictAuid()) {
            boolean subdomain = context.request().own().stream()
                    .flatMap(all -> all.uses().stream())
                    .anyMatch(use -> OwnCheck.signsForSubdomain(use, context.domain()));
            findings.add(
                    FindingId.DKIM_STRICT,
                    subdomain ? Severity.ERROR : Severity.INFO,
                    subdomain
                            ? "t=s forbids i= of a subdomain, with which the configuration signs: these signatures fail."
                            : "t=s: signatures with i= of a subdomain fail.",
                    subdomain
                            ? findings.instead(
                                    value.testing() ? TagListText.with(tags, "t", "y") : TagListText.without(tags, "t"))
                            : List.of());
        }
    }

    // RFC 8301 §3.2
    private void size(VerificationKey key) {
        if (!(key instanceof VerificationKey.Rsa rsa)) {
            return;
        }
        int bits = rsa.bits();
        if (bits < RECOMMENDED_BITS) {
            findings.add(
                    FindingId.DKIM_SHORT,
                    Severity.WARNING,
                    "The key has " + bits + " bits, and signers should use 2048." + ADVICE_NEW_KEY,
                    List.of());
        } else if (bits > RECOMMENDED_BITS) {
            boolean tooLong = bits > VerificationKey.Rsa.DEFAULT_MAX_BITS;
            findings.add(
                    FindingId.DKIM_LONG,
                    tooLong ? Severity.WARNING : Severity.INFO,
                    "The key has " + bits + " bits"
                            + (tooLong ? ", and verifiers need not accept more than 4096." : "; 2048 suffice."),
                    List.of());
        }
        if (RocaFingerprint.matches(rsa.modulus())) {
            findings.add(
                    FindingId.DKIM_WEAK,
                    "The key is of the weak family that CVE-2017-15361 describes." + ADVICE_NEW_KEY);
        }
    }
}
