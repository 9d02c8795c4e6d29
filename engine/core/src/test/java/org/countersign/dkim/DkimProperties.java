package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.dkim.DkimRun.NOW;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.countersign.canonical.BodyCanonicalizerTest;
import org.countersign.canonical.Canonicalization;
import org.countersign.dns.MessageLookups;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.keys.SignatureProblem;
import org.countersign.message.HeaderSection;
import org.countersign.signature.SignatureTags;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;

class DkimProperties {
    private static final StaticZone ZONE = StaticZone.builder()
            .txt("e._domainkey.example.org", TestKeys.ED25519.publicKeyRecord())
            .txt("r._domainkey.example.org", TestKeys.RSA.publicKeyRecord())
            .build();
    private static final DomainName DOMAIN = DomainName.of("example.org");
    private static final List<SigningIdentity> IDENTITIES =
            List.of(new SigningIdentity(DOMAIN, "e", TestKeys.ED25519), new SigningIdentity(DOMAIN, "r", TestKeys.RSA));

    @Provide
    Arbitrary<TestMessage> messages() {
        return DkimArbitraries.messages();
    }

    @Provide
    Arbitrary<List<Integer>> cuts() {
        return DkimArbitraries.cuts();
    }

    @Provide
    Arbitrary<byte[]> tagLists() {
        return DkimArbitraries.tagLists();
    }

    @Provide
    Arbitrary<SigningDefaults> profiles() {
        return Arbitraries.of(Canonicalization.values())
                .tuple2()
                .map(both -> new SigningDefaults(
                        both.get1(),
                        both.get2(),
                        SigningDefaults.DEFAULT.oversigned(),
                        List.of(),
                        SigningDefaults.DEFAULT.signedWhenPresent(),
                        Optional.empty()));
    }

    private static TestMessage sign(TestMessage message, SigningDefaults profile, List<SigningIdentity> identities) {
        return sign(message, profile, identities, List.of());
    }

    private static TestMessage sign(
            TestMessage message, SigningDefaults profile, List<SigningIdentity> identities, List<Integer> cuts) {
        DkimSigning signing = new DkimSigner(profile, InstantSource.fixed(NOW)).begin(message.headers(), identities);
        pour(message, cuts, signing::body);
        return message.withFieldsOnTop(signing.finish());
    }

    private static List<DkimResult> verify(TestMessage message, List<Integer> cuts) {
        DkimVerification verification = new DkimVerifier(DkimLimits.DEFAULT, InstantSource.fixed(NOW))
                .begin(message.headers(), new MessageLookups(ZONE, 100, Instant.MAX), Runnable::run);
        pour(message, cuts, verification::body);
        return verification.finish();
    }

    private interface BodyConsumer {
        void write(byte[] octets, int offset, int length);
    }

    private static void pour(TestMessage message, List<Integer> cuts, BodyConsumer sink) {
        byte[] body = message.body().toByteArray();
        int from = 0;
        for (int cut : DkimArbitraries.within(cuts, body.length)) {
            sink.write(body, from, cut - from);
            from = cut;
        }
        sink.write(body, from, body.length - from);
    }

    @Property(tries = 150)
    void signedMessagesVerifyForAllPartsOfTheBody(
            @ForAll("messages") TestMessage message,
            @ForAll("profiles") SigningDefaults profile,
            @ForAll("cuts") List<Integer> signedIn,
            @ForAll("cuts") List<Integer> verifiedIn) {
        TestMessage signed = sign(message, profile, IDENTITIES, signedIn);

        assertThat(verify(signed, verifiedIn)).hasSize(2).allMatch(result -> result instanceof DkimResult.Pass);
    }

    @Property(tries = 300)
    void aChangedBodyFailsExactlyIfItsCanonicalFormChanges(
            @ForAll("messages") TestMessage message,
            @ForAll("profiles") SigningDefaults profile,
            @ForAll @IntRange(max = 10_000) int where,
            @ForAll @IntRange(max = 7) int bit) {
        TestMessage signed = sign(message, profile, IDENTITIES.subList(0, 1));
        byte[] body = signed.body().toByteArray();
        if (body.length == 0) {
            return;
        }
        body[where % body.length] ^= (byte) (1 << bit);
        boolean same = canonical(profile, signed.body()).equals(canonical(profile, Octets.copyOf(body)));

        DkimResult result =
                verify(signed.withBody(Octets.copyOf(body)), List.of()).get(0);

        assertThat(same).isFalse();
        assertThat(result.failure().orElseThrow().problem()).isEqualTo(SignatureProblem.BODY_HASH_MISMATCH);
    }

    private static Octets canonical(SigningDefaults profile, Octets body) {
        return Octets.wrap(
                BodyCanonicalizerTest.canonicalize(profile.bodyCanonicalization(), body.toByteArray(), List.of()));
    }

    @Property(tries = 300)
    void aChangedFieldFailsExactlyIfItsCanonicalFormChanges(
            @ForAll("messages") TestMessage message,
            @ForAll("profiles") SigningDefaults profile,
            @ForAll @IntRange(max = 10_000) int which,
            @ForAll @IntRange(max = 10_000) int where,
            @ForAll @IntRange(max = 7) int bit) {
        TestMessage signed = sign(message, profile, IDENTITIES.subList(0, 1));
        List<HeaderField> fields = signed.headers().fields();
        int index = 1 + which % (fields.size() - 1);
        HeaderField before = fields.get(index);
        byte[] value = before.value().toByteArray();
        value[where % value.length] ^= (byte) (1 << bit);
        HeaderField after =
                HeaderField.of(before.raw().slice(0, before.raw().length() - value.length - 1), Octets.copyOf(value));
        Canonicalization form = profile.headerCanonicalization();
        boolean covered = !before.is("Received") && !before.is("X-Other");
        boolean same = form.header(before.raw()).equals(form.header(after.raw()));

        DkimResult result = verify(signed.withFieldAt(index, after), List.of()).get(0);

        assertThat(result instanceof DkimResult.Pass).isEqualTo(same || !covered);
    }

    @Property(tries = 300)
    void aChangedFieldNameFailsExactlyIfItNamesAnotherField(
            @ForAll("messages") TestMessage message,
            @ForAll("profiles") SigningDefaults profile,
            @ForAll @IntRange(max = 10_000) int which,
            @ForAll @IntRange(max = 10_000) int where,
            @ForAll @IntRange(max = 7) int bit) {
        TestMessage signed = sign(message, profile, IDENTITIES.subList(0, 1));
        List<HeaderField> fields = signed.headers().fields();
        int index = 1 + which % (fields.size() - 1);
        HeaderField before = fields.get(index);
        byte[] name = before.raw()
                .slice(0, before.raw().length() - before.value().length() - 1)
                .toByteArray();
        name[where % name.length] ^= (byte) (1 << bit);
        if (Octets.copyOf(name).indexOf(':', 0) >= 0) {
            return;
        }
        HeaderField after = HeaderField.of(Octets.copyOf(name), before.value());
        Canonicalization form = profile.headerCanonicalization();
        boolean same = form.header(before.raw()).equals(form.header(after.raw()));

        DkimResult result = verify(signed.withFieldAt(index, after), List.of()).get(0);

        assertThat(result instanceof DkimResult.Pass)
                .isEqualTo(same || (!isCovered(profile, before) && !isCovered(profile, after)));
    }

    private static boolean isCovered(SigningDefaults profile, HeaderField field) {
        return profile.oversigned().stream().anyMatch(field::is)
                || profile.signedWhenPresent().stream().anyMatch(field::is);
    }

    @Property(tries = 300)
    void aChangedSignatureFieldFailsUnlessOnlyInsignificantWhiteSpaceChanges(
            @ForAll("messages") TestMessage message,
            @ForAll("profiles") SigningDefaults profile,
            @ForAll @IntRange(max = 10_000) int where,
            @ForAll @IntRange(max = 7) int bit) {
        TestMessage signed = sign(message, profile, IDENTITIES.subList(0, 1));
        HeaderField before = signed.headers().fields().get(0);
        byte[] value = before.value().toByteArray();
        value[where % value.length] ^= (byte) (1 << bit);
        HeaderField after = HeaderField.of(Octets.latin1(DkimSignature.FIELD), Octets.copyOf(value));

        DkimResult result = verify(signed.withFieldAt(0, after), List.of()).get(0);

        assertThat(result instanceof DkimResult.Pass)
                .isEqualTo(signs(profile, before).equals(signs(profile, after)));
        assertThat(result.explain()).matches("[ -~]+");
    }

    /** The signature as octets, and of its field what it signs. */
    private static List<Octets> signs(SigningDefaults profile, HeaderField field) {
        SignatureTags tags = SignatureTags.parse(field, List.of());
        return List.of(tags.signature(), profile.headerCanonicalization().header(tags.withoutSignature()));
    }

    @Property(tries = 200)
    void changesThatBothCanonicalizationsPermitDoNotMatter(
            @ForAll("messages") TestMessage message,
            @ForAll("profiles") SigningDefaults profile,
            @ForAll @IntRange(max = 5) int emptyLines) {
        TestMessage signed = sign(message, profile, IDENTITIES.subList(0, 1));
        List<HeaderField> fields = new ArrayList<>(signed.headers().fields());
        // Fields of one name keep their order, and nothing else of the order is signed.
        fields.sort(Comparator.comparing(HeaderField::lowerName).reversed());
        fields.add(0, HeaderField.of("Received", " by mx.receiver.example"));
        fields.add(HeaderField.of("X-Spam-Flag", " no"));
        TestMessage changed = new TestMessage(
                new HeaderSection(fields), Octets.latin1(signed.body().latin1() + "\r\n".repeat(emptyLines)));

        assertThat(verify(changed, List.of())).singleElement().isInstanceOf(DkimResult.Pass.class);
    }

    @Property(tries = 200)
    void changesThatRelaxedCanonicalizationPermitsDoNotMatter(
            @ForAll("messages") TestMessage message, @ForAll @IntRange(max = 1000) int seed) {
        TestMessage signed = sign(message, SigningDefaults.DEFAULT, IDENTITIES.subList(0, 1));
        List<HeaderField> fields = new ArrayList<>();
        for (HeaderField field : signed.headers().fields()) {
            String value = field.value().latin1();
            fields.add(HeaderField.of(
                    Octets.latin1(seed % 2 == 0 ? field.name().toUpperCase(Locale.ROOT) : field.name()),
                    Octets.latin1("\t" + spread(value, seed) + "\r\n\t ")));
        }
        String body = spread(signed.body().latin1(), seed) + (signed.body().isEmpty() ? "" : "\r\n\t\r\n\r\n");
        TestMessage changed = new TestMessage(new HeaderSection(fields), Octets.latin1(body));

        assertThat(verify(changed, List.of())).singleElement().isInstanceOf(DkimResult.Pass.class);
    }

    /** Makes each space a longer run of white space. */
    private static String spread(String text, int seed) {
        return text.replace(" ", List.of(" ", "  ", " \t", "\t \t").get(seed % 4));
    }

    @Property(tries = 500)
    void anySignatureFieldGivesOneResult(@ForAll("tagLists") byte[] value) {
        HeaderField field = HeaderField.of(Octets.latin1("DKIM-Signature"), Octets.copyOf(value));
        TestMessage message = TestMessage.parse("From: x\n\nbody\n").withFieldOnTop(field);

        List<DkimResult> results = verify(message, List.of());

        assertThat(results).hasSize(1);
        assertThat(results.get(0).explain()).matches("[ -~]+");
        assertThat(results.get(0)).isNotInstanceOf(DkimResult.Pass.class);
    }

    @Property(tries = 100)
    void noMoreKeysAreLookedUpThanSignaturesAreEvaluated(
            @ForAll @IntRange(max = 30) int signatures, @ForAll @IntRange(max = 10) int most) {
        TestMessage message = TestMessage.parse("From: x\n\nbody\n");
        for (int i = 0; i < signatures; i++) {
            message = message.withFieldOnTop(HeaderField.of(
                    DkimSignature.FIELD,
                    " v=1; a=rsa-sha256; d=example.org; s=s" + i + "; h=from; b=" + "A".repeat(172) + "; bh="
                            + "A".repeat(43) + "="));
        }
        AtomicInteger fetched = new AtomicInteger();
        DkimVerification verification = new DkimVerifier(
                        new DkimLimits(most, Duration.ZERO, 1024), InstantSource.fixed(NOW))
                .begin(message.headers(), new MessageLookups(ZONE, 100, Instant.MAX), task -> {
                    fetched.incrementAndGet();
                    task.run();
                });

        assertThat(verification.finish()).hasSize(signatures);
        assertThat(fetched.get()).isEqualTo(Math.min(signatures, most));
    }
}
