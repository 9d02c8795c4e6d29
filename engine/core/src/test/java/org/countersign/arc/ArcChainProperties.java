package org.countersign.arc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.arc.ArcRun.NOW;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.countersign.canonical.BodyHashes;
import org.countersign.canonical.Canonicalization;
import org.countersign.dkim.DkimArbitraries;
import org.countersign.dkim.DkimLimits;
import org.countersign.dkim.DkimVerifier;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.message.HeaderSection;
import org.countersign.signature.SignatureTags;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;

class ArcChainProperties {
    private static final StaticZone ZONE = StaticZone.builder()
            .txt("e._domainkey.list.example", TestKeys.ED25519.publicKeyRecord())
            .txt("r._domainkey.relay.example", TestKeys.RSA.publicKeyRecord())
            .build();
    private static final SigningIdentity LIST =
            new SigningIdentity(DomainName.of("list.example"), "e", TestKeys.ED25519);
    private static final SigningIdentity RELAY = new SigningIdentity(DomainName.of("relay.example"), "r", TestKeys.RSA);
    private static final List<String> NAMES = List.of(
            ArcSetFields.SEAL,
            ArcSetFields.MESSAGE_SIGNATURE,
            ArcSetFields.AUTHENTICATION_RESULTS,
            "arc-seal",
            "ARC-Seal ");

    @Provide
    Arbitrary<TestMessage> messages() {
        return DkimArbitraries.messages();
    }

    /** Header sections with fields that resemble those of a chain, and with any octets. */
    @Provide
    Arbitrary<HeaderSection> headerSections() {
        Arbitrary<byte[]> tags = Arbitraries.of(
                        "i=1",
                        "i=2",
                        "i=01",
                        "i=0",
                        "i=50",
                        "i=51",
                        "i=",
                        "i",
                        "a=rsa-sha256",
                        "cv=none",
                        "cv=pass",
                        "cv=fail",
                        "cv=",
                        "d=list.example",
                        "s=e",
                        "b=AAAA",
                        "b=",
                        "h=from",
                        "h=arc-seal",
                        "bh=" + "A".repeat(43) + "=",
                        "c=relaxed/relaxed",
                        "t=1",
                        "mx.list.example",
                        "dmarc=pass",
                        "(",
                        "\"",
                        "",
                        "\r\n ")
                .list()
                .ofMaxSize(12)
                .map(words -> Octets.latin1(" " + String.join("; ", words)).toByteArray());
        Arbitrary<byte[]> values =
                Arbitraries.oneOf(tags, Arbitraries.bytes().array(byte[].class).ofMaxSize(60));
        Arbitrary<HeaderField> fields = Combinators.combine(Arbitraries.of(NAMES), values)
                .as((name, value) -> HeaderField.of(Octets.latin1(name), Octets.copyOf(value)));
        return fields.list().ofMaxSize(12).map(HeaderSection::new);
    }

    private static TestMessage sealed(TestMessage message, int hops) {
        TestMessage sealed = message;
        for (int hop = 0; hop < hops; hop++) {
            sealed = ArcRun.sealed(sealed, hop % 5 == 1 ? RELAY : LIST, ZONE);
        }
        return sealed;
    }

    @Property(tries = 1000)
    void parsingIsTotalAndOnlyASealMakesAChain(@ForAll("headerSections") HeaderSection headers) {
        ArcResult result = ArcRun.verify(new TestMessage(headers, Octets.EMPTY), ZONE);

        assertThat(result).isNotInstanceOf(ArcResult.Pass.class);
        assertThat(result instanceof ArcResult.None).isEqualTo(headers.fields().isEmpty());
        assertThat(result.explain()).matches("[ -~]+");
    }

    @Property(tries = 60)
    void sealedMessagesVerify(@ForAll("messages") TestMessage message, @ForAll @IntRange(min = 1, max = 6) int hops) {
        assertThat(ArcRun.verify(sealed(message, hops), ZONE)).isInstanceOfSatisfying(ArcResult.Pass.class, pass -> {
            assertThat(pass.chain().sets()).hasSize(hops).allMatch(set -> set.content() == ArcSet.Content.INTACT);
            assertThat(pass.chain().oldestPass()).isZero();
        });
    }

    @Property(tries = 2)
    void aChainGrowsToFiftySetsAndNoFurther(@ForAll("messages") TestMessage message) {
        TestMessage sealed = sealed(message, ArcLimits.MAX_SETS);
        ArcResult result = ArcRun.verify(sealed, ZONE);

        assertThat(result)
                .isInstanceOfSatisfying(
                        ArcResult.Pass.class,
                        pass -> assertThat(pass.chain().sets()).hasSize(ArcLimits.MAX_SETS));
        assertThat(ArcRun.seal(sealed, LIST, result, NOW)).isEmpty();
    }

    @Property(tries = 300)
    void aBitChangedInAChainBreaksIt(
            @ForAll("messages") TestMessage message,
            @ForAll @IntRange(min = 1, max = 3) int hops,
            @ForAll @IntRange(max = 100_000) int which,
            @ForAll @IntRange(max = 100_000) int where,
            @ForAll @IntRange(max = 7) int bit) {
        TestMessage sealed = sealed(message, hops);
        int index = which % (3 * hops);
        HeaderField before = sealed.headers().fields().get(index);
        HeaderField after = flipped(before, where, bit);

        ArcResult result = ArcRun.verify(sealed.withFieldAt(index, after), ZONE);

        boolean same = index == 0 ? isSameSeal(before, after) : isSame(before.raw(), after.raw());
        assertThat(result instanceof ArcResult.Pass).as(result.explain()).isEqualTo(same);
    }

    @Property(tries = 200)
    void aBitChangedInASignedFieldBreaksTheChain(
            @ForAll("messages") TestMessage message,
            @ForAll @IntRange(min = 1, max = 3) int hops,
            @ForAll @IntRange(max = 100_000) int which,
            @ForAll @IntRange(max = 100_000) int where,
            @ForAll @IntRange(max = 7) int bit) {
        TestMessage sealed = sealed(message, hops);
        List<HeaderField> fields = sealed.headers().fields();
        int index = 3 * hops + which % (fields.size() - 3 * hops);
        HeaderField before = fields.get(index);
        HeaderField after = flipped(before, where, bit);
        boolean covered = !before.is("Received") && !before.is("X-Other");

        ArcResult result = ArcRun.verify(sealed.withFieldAt(index, after), ZONE);

        assertThat(result instanceof ArcResult.Pass)
                .as(result.explain())
                .isEqualTo(!covered || isSame(before.raw(), after.raw()));
    }

    @Property(tries = 200)
    void aBitChangedInTheBodyBreaksTheChain(
            @ForAll("messages") TestMessage message,
            @ForAll @IntRange(max = 100_000) int where,
            @ForAll @IntRange(max = 7) int bit) {
        byte[] body = message.body().toByteArray();
        if (body.length == 0) {
            return;
        }
        TestMessage sealed = sealed(message, 2);
        body[where % body.length] ^= (byte) (1 << bit);

        // No single bit makes white space of white space, or an empty line of another.
        assertThat(ArcRun.verify(sealed.withBody(Octets.copyOf(body)), ZONE)).isInstanceOf(ArcResult.Fail.class);
    }

    @Property(tries = 50)
    void aSetLostFromTheMiddleBreaksTheChain(
            @ForAll("messages") TestMessage message, @ForAll @IntRange(max = 100) int which) {
        List<HeaderField> fields = new ArrayList<>(sealed(message, 4).headers().fields());
        int lost = 3 + 3 * (which % 3);
        fields.subList(lost, lost + 3).clear();

        assertThat(ArcRun.verify(new TestMessage(new HeaderSection(fields), message.body()), ZONE))
                .isInstanceOf(ArcResult.Fail.class);
    }

    @Property(tries = 60)
    void noMoreKeysAreLookedUpThanTheLimit(
            @ForAll @IntRange(min = 1, max = 50) int sets,
            @ForAll @IntRange(min = 2, max = 40) int most,
            @ForAll @IntRange(min = 1, max = 60) int domains) {
        List<HeaderField> fields = new ArrayList<>();
        for (int i = sets; i >= 1; i--) {
            String tags = " i=" + i + "; a=rsa-sha256; s=e; b=AAAA; ";
            fields.add(HeaderField.of(
                    ArcSetFields.SEAL, tags + "d=s" + i % domains + ".example; cv=" + (i == 1 ? "none" : "pass")));
            fields.add(HeaderField.of(
                    ArcSetFields.MESSAGE_SIGNATURE,
                    tags + "d=m" + i % domains + ".example; h=from; bh=" + "A".repeat(43) + "="));
            fields.add(HeaderField.of(ArcSetFields.AUTHENTICATION_RESULTS, " i=" + i + "; x; none"));
        }
        Set<String> asked = new HashSet<>();
        DnsLookups dns = new DnsLookups() {
            @Override
            public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query) {
                asked.add(query.toString());
                return ZONE.lookup(query, NOW);
            }
        };
        ArcLimits limits = new ArcLimits(most, 4, 20);
        ArcResult result = new ArcVerifier(limits, DkimLimits.DEFAULT, InstantSource.fixed(NOW))
                .begin(
                        new HeaderSection(fields),
                        new BodyHashes(),
                        new DkimVerifier(DkimLimits.DEFAULT, InstantSource.fixed(NOW)).keys(dns, Runnable::run))
                .finish();

        assertThat(result).isInstanceOf(ArcResult.Fail.class);
        assertThat(asked).hasSizeLessThanOrEqualTo(most);
    }

    private static HeaderField flipped(HeaderField field, int where, int bit) {
        byte[] value = field.value().toByteArray();
        value[where % value.length] ^= (byte) (1 << bit);
        Octets raw = field.raw();
        return HeaderField.of(raw.slice(0, raw.length() - value.length - 1), Octets.copyOf(value));
    }

    private static boolean isSame(Octets before, Octets after) {
        return Canonicalization.RELAXED.header(before).equals(Canonicalization.RELAXED.header(after));
    }

    /** White space within the base64 of the newest seal has no meaning (RFC 6376 §3.2). */
    private static boolean isSameSeal(HeaderField before, HeaderField after) {
        SignatureTags one = ArcSetFields.parseSeal(before);
        SignatureTags other = ArcSetFields.parseSeal(after);
        return other.failure().isEmpty()
                && one.signature().equals(other.signature())
                && isSame(one.withoutSignature(), other.withoutSignature());
    }
}
