package org.countersign.dkim;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.keys.SignatureFailure;
import org.countersign.keys.SignatureProblem;
import org.countersign.keys.TagValues;
import org.countersign.signature.HeaderIndex;
import org.countersign.signature.SignatureTags;
import org.countersign.signature.SignatureVerifier;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;

/** One DKIM-Signature field and all that can be said of it without a key or a body. */
final class DkimSignature {
    private static final List<String> REQUIRED = List.of("v", "a", "b", "bh", "d", "h", "s");
    private static final int MAX_AUID = 320;

    private final SignatureTags tags;
    private final SignatureFacts facts;
    private final boolean exactDomain;
    private final List<SignatureFailure> failures;

    private DkimSignature(SignatureTags tags, int position, HeaderIndex headers) {
        this.tags = tags;
        this.failures = new ArrayList<>(tags.failures());
        Optional<Auid> auid = readAuid();
        this.exactDomain = auid.isEmpty() || auid.get().domain().equals(tags.sdid());
        this.facts = new SignatureFacts(
                position,
                tags.sdid(),
                auid.map(Auid::text),
                tags.selector(),
                tags.algorithm(),
                tags.signatureText(),
                tags.headerNames(),
                tags.signedAt(),
                tags.expiresAt(),
                tags.bodyLength(),
                Optional.empty(),
                Optional.empty(),
                Math.max(0, headers.count("from") - tags.fromMentions()));
    }

    private record Auid(String text, Optional<DomainName> domain) {}

    /**
     * Reads a field and checks it as RFC 6376 §6.1.1 asks for.
     *
     * @param position which DKIM-Signature field it is, from 1
     */
    static DkimSignature read(HeaderField field, int position, HeaderIndex headers, Instant now, DkimLimits limits) {
        DkimSignature signature = new DkimSignature(SignatureTags.parse(field, REQUIRED), position, headers);
        signature.checkVersion();
        signature.failures.addAll(signature.tags.contentFailures(now, limits.clockDrift()));
        SignatureVerifier.lengthFailure(signature.tags, limits.longestRsaKey()).ifPresent(signature.failures::add);
        return signature;
    }

    private Optional<Auid> readAuid() {
        Optional<Octets> value = tags.tags().value("i");
        if (value.isEmpty()) {
            return tags.sdid().map(domain -> new Auid("@" + domain, tags.sdid()));
        }
        Optional<String> text = TagValues.quotedPrintable(value.get()).map(Octets::utf8);
        int at = text.map(identifier -> identifier.lastIndexOf('@')).orElse(-1);
        Optional<DomainName> domain =
                at < 0 ? Optional.empty() : DomainName.parse(text.orElse("").substring(at + 1));
        if (domain.isEmpty()) {
            failures.add(
                    new SignatureFailure(SignatureProblem.BAD_AUID, value.get().latin1()));
            return Optional.empty();
        }
        if (tags.sdid().isPresent() && !domain.get().isWithin(tags.sdid().get())) {
            failures.add(new SignatureFailure(SignatureProblem.AUID_OUTSIDE_SDID, text.orElse("")));
        }
        String local = Escapes.printable(text.orElse("").substring(0, at), MAX_AUID);
        return Optional.of(new Auid(local + "@" + domain.get(), domain));
    }

    private void checkVersion() {
        Optional<Octets> version = tags.tags().value("v");
        if (version.isPresent() && !version.get().is("1")) {
            add(SignatureProblem.UNKNOWN_VERSION, "v=" + version.get().latin1());
        }
    }

    private void add(SignatureProblem problem, String detail) {
        failures.add(new SignatureFailure(problem, detail));
    }

    /** What makes the signature worthless on sight; empty where only the key can tell. */
    Optional<SignatureFailure> failure() {
        return failures.isEmpty() ? Optional.empty() : Optional.of(failures.get(0));
    }

    SignatureTags tags() {
        return tags;
    }

    SignatureFacts facts() {
        return facts;
    }

    /** Whether {@code i=} is of {@code d=} itself and no subdomain. */
    boolean exactDomain() {
        return exactDomain;
    }
}
