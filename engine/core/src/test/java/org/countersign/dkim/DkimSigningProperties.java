package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.dkim.DkimRun.NOW;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;
import org.countersign.canonical.Canonicalization;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.keys.KeyPairs;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.keys.SigningKey;
import org.countersign.signature.SignatureTags;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;
import org.countersign.testing.TestMessage;

/** Signatures by any keys, over any header fields, with any identity. */
class DkimSigningProperties {
    // As many as can be made in a second; of Ed25519 any octets are a key.
    private static final List<SigningKey> RSA_KEYS = Stream.of(1024, 1032, 1536, 2047, 2048, 3072)
            .map(bits -> KeyPairs.generate(SignatureAlgorithm.RSA_SHA256, bits, new SecureRandom())
                    .key())
            .toList();
    private static final List<String> NAMES = List.of(
            "Subject", "To", "Cc", "Date", "Message-ID", "List-Id", "X-Other", "X-Absent", "x-" + "y".repeat(74));
    private static final int MAX_REQUESTED = 78;
    private static final int MAX_ALLOWED = 998;

    @Provide
    Arbitrary<SigningKey> keys() {
        Arbitrary<SigningKey> ed25519 = Arbitraries.bytes()
                .array(byte[].class)
                .ofSize(32)
                .map(seed -> switch (SigningKey.parse(
                        Octets.latin1(Base64.getEncoder().encodeToString(seed)))) {
                    case Parsed.Value<SigningKey, String>(SigningKey key) -> key;
                    case Parsed.Malformed<SigningKey, String>(String reason) -> throw new AssertionError(reason);
                });
        return Arbitraries.frequencyOf(Tuple.of(1, ed25519), Tuple.of(1, Arbitraries.of(RSA_KEYS)));
    }

    @Provide
    Arbitrary<SigningIdentity> identities() {
        Arbitrary<String> labels = Arbitraries.of("example", "xn--bcher-kva", "a", "l".repeat(63));
        Arbitrary<DomainName> domains =
                labels.list().ofMinSize(1).ofMaxSize(2).map(list -> DomainName.of(String.join(".", list) + ".org"));
        Arbitrary<String> selectors = Arbitraries.of("s", "2026.q4", "S-1", "s".repeat(63));
        Arbitrary<Optional<String>> localParts =
                Arbitraries.of("", "alice", "a=3Db", "l".repeat(64)).optional(0.7);
        return Combinators.combine(domains, selectors, keys(), localParts)
                .as((domain, selector, key, localPart) ->
                        new SigningIdentity(domain, selector, key, localPart.map(local -> local + "@sub." + domain)));
    }

    @Provide
    Arbitrary<SigningDefaults> profiles() {
        Arbitrary<List<String>> some =
                Arbitraries.of(NAMES).list().uniqueElements().ofMaxSize(NAMES.size());
        return Combinators.combine(
                        Arbitraries.of(Canonicalization.values()),
                        Arbitraries.of(Canonicalization.values()),
                        some,
                        some,
                        Arbitraries.integers().between(0, NAMES.size()),
                        Arbitraries.of(Duration.ofHours(1), Duration.ofDays(365))
                                .optional(0.5))
                .as((header, body, first, second, fromAt, validity) -> {
                    List<String> oversigned = new ArrayList<>(first);
                    oversigned.add(Math.min(fromAt, oversigned.size()), "From");
                    List<String> whenPresent = new ArrayList<>(second);
                    whenPresent.removeAll(oversigned);
                    return new SigningDefaults(header, body, oversigned, List.of(), whenPresent, validity);
                });
    }

    @Provide
    Arbitrary<TestMessage> messages() {
        return DkimArbitraries.messages();
    }

    private static List<HeaderField> sign(
            TestMessage message, SigningDefaults profile, List<SigningIdentity> identities) {
        DkimSigning signing = new DkimSigner(profile, InstantSource.fixed(NOW)).begin(message.headers(), identities);
        signing.body(message.body().toByteArray(), 0, message.body().length());
        return signing.finish();
    }

    @Property(tries = 300)
    void signaturesOfAnyKeyOverAnyFieldsVerify(
            @ForAll("messages") TestMessage message,
            @ForAll("profiles") SigningDefaults profile,
            @ForAll @Size(min = 1, max = 3) List<@From("identities") SigningIdentity> identities) {
        StaticZone.Builder zone = StaticZone.builder();
        for (SigningIdentity identity : identities) {
            zone.txt(identity.keyName().toString(), identity.key().publicKeyRecord());
        }

        List<DkimResult> results =
                DkimRun.verify(message.withFieldsOnTop(sign(message, profile, identities)), zone.build());

        assertThat(results)
                .hasSameSizeAs(identities)
                .allSatisfy(result -> assertThat(result).as(result.explain()).isInstanceOf(DkimResult.Pass.class));
    }

    @Property(tries = 300)
    void onlyALineWithASingleNameOrAddressIsLong(
            @ForAll("messages") TestMessage message,
            @ForAll("profiles") SigningDefaults profile,
            @ForAll("identities") SigningIdentity identity) {
        for (HeaderField field : sign(message, profile, List.of(identity))) {
            String[] lines = field.raw().latin1().split("\r\n", -1);
            for (int i = 0; i < lines.length; i++) {
                assertThat(lines[i]).hasSizeLessThanOrEqualTo(MAX_ALLOWED).matches(i == 0 ? "[!-~ ]+" : " [!-~ ]+");
                if (lines[i].length() > MAX_REQUESTED) {
                    assertThat(lines[i]).matches(" ((d|s|i)=[^;]*;|(h=)?[^:;]*[:;])");
                }
            }
        }
    }

    @Property(tries = 300)
    void fieldsThatMustNotBeSignedAreNotNamed(
            @ForAll("messages") TestMessage message,
            @ForAll("profiles") SigningDefaults profile,
            @ForAll("identities") SigningIdentity identity) {
        String field = sign(message, profile, List.of(identity)).get(0).value().latin1();
        List<String> names = SignatureTags.parse(HeaderField.of(DkimSignature.FIELD, field), List.of())
                .headerNames();

        assertThat(names).contains("from").doesNotContain("received", "return-path", "dkim-signature");
        assertThat(field.toLowerCase(Locale.ROOT)).doesNotContain(" l=");
        assertThat(field).contains(" t=" + NOW.getEpochSecond() + ";");
    }
}
