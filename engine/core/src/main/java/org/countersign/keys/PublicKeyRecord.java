package org.countersign.keys;

import java.util.List;
import java.util.Optional;
import org.countersign.crypto.RsaEngine;
import org.countersign.syntax.Octets;
import org.countersign.syntax.TagList;

/**
 * A public key record (RFC 6376 §3.6.1).
 *
 * @param keyType {@code k=}; {@code rsa} where it is missing
 * @param hashes {@code h=}, the hash algorithms that may be used; empty for all
 * @param services {@code s=}, the services it is for; {@code *} for all
 * @param testing {@code t=y}: the domain is only trying DKIM out
 * @param strictAuid {@code t=s}: the domain of {@code i=} must be that of {@code d=}, no subdomain
 * @param key {@code p=}; empty where the key has been revoked or is of a type that is not known
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
    /** A record, or why there is none. */
    public sealed interface Parsing {
        record Valid(PublicKeyRecord record) implements Parsing {}

        /**
         * @param meantAsKey whether the text is at least meant to be a key record, and not something else
         *     that a wildcard or a mistake put under the name
         */
        record Malformed(SignatureFailure failure, boolean meantAsKey) implements Parsing {}
    }

    public PublicKeyRecord {
        hashes = List.copyOf(hashes);
        services = List.copyOf(services);
    }

    /** Reads a record as {@link #parse(Octets, RsaEngine)} does, with the RSA of the Java runtime. */
    public static Parsing parse(Octets text) {
        return parse(text, RsaEngine.jca());
    }

    /**
     * Reads a record; total. Empty tags and stray words, which do occur and cannot be misread, are passed
     * over; unknown tags are ignored.
     *
     * @param rsa computes with an RSA key
     */
    public static Parsing parse(Octets text, RsaEngine rsa) {
        TagList tags = TagList.parse(text);
        Optional<String> version = tags.value("v").map(Octets::latin1);
        boolean meantAsKey =
                version.isEmpty() ? tags.tag("p").isPresent() : version.get().equals("DKIM1");
        // RFC 6376 §3.6.1: a version must be DKIM1 and must stand first.
        if (version.isPresent()) {
            if (!version.get().equals("DKIM1")) {
                return malformed("v=" + version.get(), meantAsKey);
            }
            if (!tags.tags().get(0).name().equals("v")) {
                return malformed("v= is not the first tag", meantAsKey);
            }
        }
        for (TagList.Problem problem : tags.problems()) {
            if (problem.kind() == TagList.Kind.DUPLICATE) {
                return malformed(problem.detail() + "= stands there twice", meantAsKey);
            }
        }
        Optional<Octets> data = tags.value("p").map(Octets::withoutFws);
        return data.isEmpty() ? malformed("p= is missing", meantAsKey) : parse(tags, data.get(), rsa);
    }

    private static Parsing parse(TagList tags, Octets data, RsaEngine rsa) {
        String keyType = tags.value("k").map(Octets::latin1).orElse("rsa");
        Optional<VerificationKey.Parsing> parsed = data.isEmpty() ? Optional.empty() : parseKey(keyType, data, rsa);
        if (parsed.isPresent() && parsed.get() instanceof VerificationKey.Parsing.Unusable unusable) {
            return new Parsing.Malformed(unusable.failure(), true);
        }
        Optional<VerificationKey> key = parsed.map(usable -> ((VerificationKey.Parsing.Usable) usable).key());
        List<String> flags = list(tags, "t", List.of());
        return new Parsing.Valid(new PublicKeyRecord(
                keyType,
                list(tags, "h", List.of()),
                list(tags, "s", List.of("*")),
                flags.contains("y"),
                flags.contains("s"),
                key,
                data.isEmpty()));
    }

    /** Empty for a type that is not known, whose data may be anything. */
    private static Optional<VerificationKey.Parsing> parseKey(String keyType, Octets data, RsaEngine rsa) {
        boolean isRsa = keyType.equals("rsa");
        if (!isRsa && !keyType.equals("ed25519")) {
            return Optional.empty();
        }
        Optional<Octets> decoded = TagValues.base64(data);
        if (decoded.isEmpty()) {
            return Optional.of(new VerificationKey.Parsing.Unusable(
                    new SignatureFailure(SignatureProblem.KEY_SYNTAX, "p= is not base64")));
        }
        return Optional.of(isRsa ? VerificationKey.rsa(decoded.get(), rsa) : VerificationKey.ed25519(decoded.get()));
    }

    private static List<String> list(TagList tags, String name, List<String> missing) {
        return tags.value(name)
                .map(TagValues::list)
                .filter(elements -> !elements.isEmpty())
                .orElse(missing);
    }

    private static Parsing malformed(String detail, boolean meantAsKey) {
        return new Parsing.Malformed(new SignatureFailure(SignatureProblem.KEY_SYNTAX, detail), meantAsKey);
    }
}
