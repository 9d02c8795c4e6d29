package org.countersign.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.countersign.canonical.Canonicalization;
import org.countersign.domain.DomainName;
import org.countersign.signature.SigningDefaults;
import org.countersign.signing.AuidChoice;

/**
 * How to sign, in the section {@code signing} for all and in an entry of the table for its own mail.
 *
 * @param profile {@code canonicalization}, {@code oversign}, {@code expires-after}
 * @param auid {@code auid}
 */
public record SignatureSettings(SigningDefaults profile, AuidChoice auid) {
    static final SignatureSettings DEFAULT = new SignatureSettings(SigningDefaults.DEFAULT, new AuidChoice.None());

    private record Pair(Canonicalization header, Canonicalization body) {}

    private static final ValueType<Pair> CANONICALIZATION =
            ValueType.of("two of simple and relaxed, such as relaxed/relaxed", SignatureSettings::pair);

    private static final ValueType<String> FIELD_NAME = ValueType.of(
            "the name of a header field that hosts on the way do not change, such as Organization",
            text -> Optional.of(text).filter(SigningDefaults::isSignable));

    private static final ValueType<AuidChoice> AUID =
            ValueType.of("none, author or a domain such as @example.org", SignatureSettings::auid);

    // RFC 6376 §3.5: a signature that expires before the mail arrives is as good as none.
    private static final ValueType<Duration> EXPIRY = ValueType.duration(Duration.ofHours(1), Duration.ofDays(365));

    /**
     * @param defaults for what the section does not say
     */
    static SignatureSettings read(ConfigSection section, SignatureSettings defaults) {
        SigningDefaults profile = defaults.profile.withOversigned(section.list("oversign", FIELD_NAME, List.of()));
        Optional<Pair> pair = section.optional("canonicalization", CANONICALIZATION);
        if (pair.isPresent()) {
            profile = profile.withCanonicalizations(
                    pair.get().header(), pair.get().body());
        }
        Optional<Duration> expiry = section.optional("expires-after", EXPIRY);
        if (expiry.isPresent()) {
            profile = profile.withValidity(expiry.get());
        }
        return new SignatureSettings(profile, section.value("auid", AUID, defaults.auid));
    }

    private static Optional<Pair> pair(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? Optional.empty()
                : Canonicalization.named(text.substring(0, slash))
                        .flatMap(header -> Canonicalization.named(text.substring(slash + 1))
                                .map(body -> new Pair(header, body)));
    }

    private static Optional<AuidChoice> auid(String text) {
        return switch (text) {
            case "none" -> Optional.of(new AuidChoice.None());
            case "author" -> Optional.of(new AuidChoice.Author());
            default ->
                text.startsWith("@")
                        ? DomainName.parse(text.substring(1))
                                .filter(DomainName::isHostName)
                                .map(AuidChoice.Domain::new)
                        : Optional.empty();
        };
    }
}
