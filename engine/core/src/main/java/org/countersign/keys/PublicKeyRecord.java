package org.countersign.keys;

import java.util.List;
import java.util.Optional;
import org.countersign.crypto.RsaEngine;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;
import org.countersign.syntax.TagList;

/**
 * A public key record (RFC 6376 §3.6.1).
 *
 * @param keyType {@code k=}; {@code rsa} if the tag is missing
 * @param hashes {@code h=}, the permitted hash algorithms; empty for all
 * @param services {@code s=}, the services that may use the key; {@code *} for all
 * @param testing {@code t=y}: the domain is only testing DKIM
 * @param strictAuid {@code t=s}: the domain of {@code i=} must be that of {@code d=}, and not a subdomain
 * @param key {@code p=}; empty if the key has been revoked or has an unknown type
 * @param revoked whether {@code p=} is empty
 */
public record PublicKeyRecord(
        String keyType,
        List<String> hashes,
        List<String> services,
        boolean testing,
        boolean strictAuid,
        Optional<VerificationKey> key,
        boolean revoked) {
    /**
     * Text that is not a key record.
     *
     * @param meantAsKey whether the text is an attempt at a key record, and not another record, for example one that a
     *     wildcard put under the name
     */
    public record Malformed(SignatureFailure failure, boolean meantAsKey) {}

    public PublicKeyRecord {
        hashes = List.copyOf(hashes);
        services = List.copyOf(services);
    }

    /** Parses a record as {@link #parse(Octets, RsaEngine)} does, with the RSA of the Java runtime. */
    public static Parsed<PublicKeyRecord, Malformed> parse(Octets text) {
        return parse(text, RsaEngine.jca());
    }

    /**
     * Parses a record; never throws. Empty tags, text without an equals sign and tags without a proper name are skipped,
     * because they occur and cannot be misunderstood. Unknown tags are ignored (RFC 6376 §3.2), and so are octets after the key.
     *
     * @param rsa computes with an RSA key
     */
    public static Parsed<PublicKeyRecord, Malformed> parse(Octets text, RsaEngine rsa) {
        TagList tags = TagList.parse(text);
        Optional<String> version = tags.value("v").map(Octets::latin1);
        boolean meantAsKey =
                version.isEmpty() ? tags.tag("p").isPresent() : version.get().equals("DKIM1");
        // RFC 6376 §3.6.1: v= must be DKIM1 and the first tag.
        if (version.isPresent()) {
            if (!version.get().equals("DKIM1")) {
                return malformed("v=" + version.get(), meantAsKey);
            }
            if (!tags.tags().get(0).name().equals("v")) {
                return malformed("v= is not the first tag", meantAsKey);
            }
        }
        for (TagList.Failure failed : tags.failures()) {
            if (failed.problem() == TagList.Problem.DUPLICATE) {
                return malformed(failed.detail() + "= occurs twice", meantAsKey);
            }
            if (failed.problem() == TagList.Problem.TOO_MANY_TAGS) {
                return malformed(failed.detail(), meantAsKey);
            }
        }
        Optional<Octets> data = tags.value("p").map(Octets::withoutFws);
        return data.isEmpty() ? malformed("p= is missing", meantAsKey) : parse(tags, data.get(), rsa);
    }

    /** Whether {@code s=} permits the use of the key for email (RFC 6376 §3.6.1). */
    public boolean permitsEmail() {
        return services.contains("*") || services.contains("email");
    }

    /** Whether {@code h=} permits SHA-256 (RFC 6376 §3.6.1). */
    public boolean permitsSha256() {
        return hashes.isEmpty() || hashes.contains("sha256");
    }

    /** Whether the parsed text is a key record, or an attempt at one. */
    public static boolean isMeantAsKey(Parsed<PublicKeyRecord, Malformed> parsed) {
        return switch (parsed) {
            case Parsed.Value<PublicKeyRecord, Malformed> value -> true;
            case Parsed.Malformed<PublicKeyRecord, Malformed>(Malformed malformed) -> malformed.meantAsKey;
        };
    }

    private static Parsed<PublicKeyRecord, Malformed> parse(TagList tags, Octets data, RsaEngine rsa) {
        String keyType = tags.value("k").map(Octets::latin1).orElse("rsa");
        // RFC 6376 §3.6.1: an empty p= revokes the key. The data of an unknown type may be anything.
        boolean known = keyType.equals("rsa") || keyType.equals("ed25519");
        if (data.isEmpty() || !known) {
            return new Parsed.Value<>(record(tags, keyType, Optional.empty(), data.isEmpty()));
        }
        return switch (parseKey(keyType, data, rsa)) {
            case Parsed.Value<VerificationKey, SignatureFailure>(VerificationKey key) ->
                new Parsed.Value<>(record(tags, keyType, Optional.of(key), false));
            case Parsed.Malformed<VerificationKey, SignatureFailure>(SignatureFailure failure) ->
                new Parsed.Malformed<>(new Malformed(failure, true));
        };
    }

    private static Parsed<VerificationKey, SignatureFailure> parseKey(String keyType, Octets data, RsaEngine rsa) {
        Optional<Octets> decoded = TagValues.base64(data);
        if (decoded.isEmpty()) {
            return new Parsed.Malformed<>(new SignatureFailure(SignatureProblem.KEY_SYNTAX, "p= is not base64"));
        }
        return keyType.equals("rsa") ? PublicKeyParser.rsa(decoded.get(), rsa) : PublicKeyParser.ed25519(decoded.get());
    }

    private static PublicKeyRecord record(
            TagList tags, String keyType, Optional<VerificationKey> key, boolean revoked) {
        List<String> flags = list(tags, "t", List.of());
        return new PublicKeyRecord(
                keyType,
                list(tags, "h", List.of()),
                list(tags, "s", List.of("*")),
                flags.contains("y"),
                flags.contains("s"),
                key,
                revoked);
    }

    private static List<String> list(TagList tags, String name, List<String> missing) {
        return tags.value(name)
                .map(TagValues::list)
                .filter(elements -> !elements.isEmpty())
                .orElse(missing);
    }

    private static Parsed<PublicKeyRecord, Malformed> malformed(String detail, boolean meantAsKey) {
        return new Parsed.Malformed<>(
                new Malformed(new SignatureFailure(SignatureProblem.KEY_SYNTAX, detail), meantAsKey));
    }
}
