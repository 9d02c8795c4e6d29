package org.countersign.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.countersign.canonical.Canonicalization;
import org.countersign.domain.DomainName;
import org.countersign.signature.SigningDefaults;
import org.countersign.signing.AuidChoice;
import org.countersign.syntax.Ascii;

/**
 * How to sign: in the section {@code signing} for all mail, and in an entry of the table for the mail of that entry.
 *
 * @param profile {@code canonicalization}, {@code oversign}, {@code leave-unsigned}, {@code expires-after}
 * @param auid {@code auid}
 */
public record SignatureSettings(SigningDefaults profile, AuidChoice auid) {
    static final SignatureSettings DEFAULT = new SignatureSettings(SigningDefaults.DEFAULT, new AuidChoice.None());

    private record Canonicalizations(Canonicalization header, Canonicalization body) {
        static Canonicalizations of(SigningDefaults profile) {
            return new Canonicalizations(profile.headerCanonicalization(), profile.bodyCanonicalization());
        }

        static Optional<Canonicalizations> parse(String text) {
            int slash = text.indexOf('/');
            return slash < 0
                    ? Optional.empty()
                    : Canonicalization.named(text.substring(0, slash))
                            .flatMap(header -> Canonicalization.named(text.substring(slash + 1))
                                    .map(body -> new Canonicalizations(header, body)));
        }

        @Override
        public String toString() {
            return Ascii.lower(header.name()) + "/" + Ascii.lower(body.name());
        }
    }

    private static final ValueType<Canonicalizations> CANONICALIZATION = ValueType.of(
            "two of simple and relaxed, such as relaxed/relaxed",
            Canonicalizations::parse,
            "`simple` or `relaxed`, for header/body");

    private static final ValueType<String> FIELD_NAME = ValueType.of(
            "the name of a header field that hosts on the way do not change, such as Organization",
            text -> Optional.of(text).filter(SigningDefaults::isSignable),
            "header field name");

    // RFC 6376 §5.4: From must be signed.
    private static final ValueType<String> OTHER_FIELD_NAME = ValueType.of(
            "the name of a header field other than From, such as Message-ID",
            text -> Optional.of(text).filter(name -> isFieldName(name) && !name.equalsIgnoreCase("From")),
            "header field name");

    // What a reader sees or a program acts on: somebody who may change it in a signed message can deceive both.
    private static final List<String> SHOWN_FIELDS = List.of(
            "Subject",
            "To",
            "Cc",
            "Reply-To",
            "Sender",
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding",
            "List-Unsubscribe",
            "List-Unsubscribe-Post");

    private static final ValueType<AuidChoice> AUID = ValueType.of(
            "none, author or a domain such as @example.org",
            SignatureSettings::auid,
            choice -> switch (choice) {
                case AuidChoice.None none -> "none";
                case AuidChoice.Author author -> "author";
                case AuidChoice.Domain(DomainName domain) -> "@" + domain;
            },
            "`none`, `author` or a domain such as `\"@example.org\"`");

    private static final int MAX_FIELD_NAME = 76;

    // RFC 6376 §3.5: a signature that expires before the mail arrives has no effect.
    private static final ValueType<Duration> EXPIRY = ValueType.duration(Duration.ofHours(1), Duration.ofDays(365));

    /** Reads the settings; the defaults of the reader apply to keys that are missing. */
    static SignatureSettings read(SettingReader<SignatureSettings> keys) {
        SigningDefaults defaults = keys.defaults().profile;
        List<String> oversigned = keys.setting(
                        "oversign",
                        "Header fields that nobody may add or change, in addition to From, Subject, Date, To and similar fields,"
                                + " and to Sender where the message has one.")
                .list(FIELD_NAME, settings -> List.of());
        List<String> unsigned = keys.setting(
                        "leave-unsigned",
                        "Header fields that no signature covers, for a provider that rewrites them on the way:"
                                + " `[Message-ID, Date]`. From is always signed.")
                .list(OTHER_FIELD_NAME, settings -> List.of());
        review(keys.section(), oversigned, unsigned);
        SigningDefaults profile = defaults.withOversigned(oversigned).withUnsigned(unsigned);
        Canonicalizations pair = keys.setting(
                        "canonicalization", "The canonicalization of header and body (RFC 6376 §3.4).")
                .value(CANONICALIZATION, settings -> Canonicalizations.of(settings.profile));
        profile = profile.withCanonicalizations(pair.header(), pair.body());
        Optional<Duration> expiry = keys.setting("expires-after", "The time after which a signature expires (`x=`).")
                .optional(EXPIRY, "never");
        if (expiry.isPresent()) {
            profile = profile.withValidity(expiry.get());
        }
        return new SignatureSettings(
                profile,
                keys.setting("auid", "The agent or user identifier (`i=`): none, the author's address, or a domain.")
                        .value(AUID, SignatureSettings::auid));
    }

    private static void review(SectionReader section, List<String> oversigned, List<String> unsigned) {
        for (String name : unsigned) {
            if (oversigned.stream().anyMatch(name::equalsIgnoreCase)) {
                section.report("leave-unsigned", "has " + name + ", which oversign has too", "remove one of the two");
            }
            if (SHOWN_FIELDS.stream().anyMatch(name::equalsIgnoreCase)) {
                section.warn(
                        "leave-unsigned",
                        "lets everybody on the way change or add " + name + " in a signed message",
                        "leave out only what a provider rewrites, such as Message-ID and Date");
            }
        }
    }

    private static boolean isFieldName(String name) {
        // RFC 5322 §2.2
        return !name.isEmpty()
                && name.length() <= MAX_FIELD_NAME
                && name.chars().allMatch(c -> Ascii.isVisible(c) && c != ':' && c != ';');
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
