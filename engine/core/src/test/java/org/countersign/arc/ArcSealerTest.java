package org.countersign.arc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.arc.ArcRun.NOW;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.countersign.authres.ArcAuthenticationResults;
import org.countersign.authres.AuthenticationResultsParser;
import org.countersign.authres.ParsedResults;
import org.countersign.canonical.Canonicalization;
import org.countersign.canonical.HeaderHash;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.message.HeaderSection;
import org.countersign.signature.SignatureTags;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

@DisplayName("RFC 8617 §5.1 sealing")
class ArcSealerTest {
    private static final StaticZone ZONE = StaticZone.builder()
            .txt("r._domainkey.list.example", TestKeys.RSA.publicKeyRecord())
            .build();
    private static final SigningIdentity LIST = new SigningIdentity(DomainName.of("list.example"), "r", TestKeys.RSA);
    private static final TestMessage MESSAGE = TestMessage.parse("""
        Authentication-Results: elsewhere.example; dmarc=pass
        Received: from mail.example.org
        DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=x; h=from; bh=AAAA; b=AAAA
        DKIM-Signature: v=1; a=rsa-sha256; d=example.net; s=x; h=from; bh=AAAA; b=AAAA
        From: Alice <alice@example.org>
        Subject: Lunch
        X-Other: 1

        At noon?
        """);

    private static SealedArcSet seal(TestMessage message, ArcResult chain) {
        return ArcRun.seal(message, LIST, chain, NOW).orElseThrow();
    }

    private static SealedArcSet seal(TestMessage message) {
        return seal(message, ArcRun.verify(message, ZONE));
    }

    private static TestMessage with(TestMessage message, SealedArcSet seal) {
        return message.withFieldsOnTop(seal.fields());
    }

    private static String text(HeaderField field) {
        return field.value().latin1().replace("\r\n", "").strip();
    }

    @Nested
    class TheSet {
        private final SealedArcSet seal = seal(MESSAGE);

        @Test
        void hasSealSignatureAndResultsFromTheTop() {
            assertThat(seal.fields())
                    .extracting(HeaderField::name)
                    .containsExactly("ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results");
        }

        @Test
        void hasTheInstanceAsTheFirstTagOfEachField() {
            assertThat(seal.fields()).allMatch(field -> text(field).startsWith("i=1; "));
        }

        @Test
        void hasTheResultsOfThisHost() {
            assertThat(AuthenticationResultsParser.parseArc(seal.fields().get(2).value()))
                    .contains(new ArcAuthenticationResults(1, new ParsedResults.Parsed(ArcRun.RESULTS)));
        }

        @Test
        void hasOnlyTheDefinedTagsInItsSeal() {
            assertThat(text(seal.fields().get(0)))
                    .startsWith("i=1; a=rsa-sha256; t=" + NOW.getEpochSecond() + "; cv=none; d=list.example; s=r; b=");
        }

        @Test
        void coversDkimSignaturesButNoFieldThatTheNextHostRemoves() {
            SignatureTags tags =
                    ArcSetFields.parseMessageSignature(seal.fields().get(1));
            assertThat(tags.headerNames())
                    .contains("from", "subject")
                    .doesNotContain(
                            "authentication-results",
                            "received",
                            "received-spf",
                            "arc-seal",
                            "arc-message-signature",
                            "arc-authentication-results",
                            "x-countersign-verdict");
            assertThat(tags.headerNames()).filteredOn("dkim-signature"::equals).hasSize(2);
            assertThat(tags.tags().tag("v")).isEmpty();
            assertThat(tags.tags().tag("x")).isEmpty();
            assertThat(tags.bodyLength()).isEmpty();
        }

        @Test
        void staysIntactIfResultsAndTraceFieldsAreAddedOrRemoved() {
            List<HeaderField> fields =
                    new ArrayList<>(with(MESSAGE, seal).headers().fields());
            fields.removeIf(field -> field.is("Authentication-Results"));
            fields.add(0, HeaderField.of("Received", " by mx.next.example"));
            fields.add(0, HeaderField.of("Received-SPF", " pass"));
            fields.add(0, HeaderField.of("Authentication-Results", " mx.next.example; arc=pass"));
            fields.add(0, HeaderField.of("DKIM-Signature", " v=1; d=list.example"));
            assertThat(ArcRun.verify(new TestMessage(new HeaderSection(fields), MESSAGE.body()), ZONE))
                    .isInstanceOf(ArcResult.Pass.class);
        }

        @Test
        void breaksIfADkimSignatureIsRemoved() {
            List<HeaderField> fields =
                    new ArrayList<>(with(MESSAGE, seal).headers().fields());
            fields.remove(5);
            assertThat(ArcRun.verify(new TestMessage(new HeaderSection(fields), MESSAGE.body()), ZONE))
                    .isInstanceOf(ArcResult.Fail.class);
        }
    }

    @Test
    void aMessageWithoutAChainBeginsOne() {
        assertThat(seal(MESSAGE)).satisfies(seal -> {
            assertThat(seal.instance()).isOne();
            assertThat(seal.status()).isEqualTo(ChainStatus.NONE);
        });
    }

    @Test
    void aChainThatPassesIsContinued() {
        TestMessage once = with(MESSAGE, seal(MESSAGE));
        SealedArcSet second = seal(once);
        assertThat(second.instance()).isEqualTo(2);
        assertThat(second.status()).isEqualTo(ChainStatus.PASS);
        assertThat(ArcRun.verify(with(once, second), ZONE)).isInstanceOf(ArcResult.Pass.class);
    }

    @Test
    void aHandlerSealsTheChangedMessage() {
        TestMessage once = with(MESSAGE, seal(MESSAGE));
        ArcResult received = ArcRun.verify(once, ZONE);
        TestMessage changed = once.withBody("At noon?\r\n-- \r\nThe list\r\n");
        assertThat(ArcRun.verify(with(changed, seal(changed, received)), ZONE))
                .isInstanceOfSatisfying(
                        ArcResult.Pass.class,
                        pass -> assertThat(pass.chain().oldestPass()).isEqualTo(2));
    }

    @Nested
    @DisplayName("§5.1.2 of a chain that failed")
    class Failed {
        private final TestMessage broken = with(MESSAGE, seal(MESSAGE)).withBody("At one?\r\n");
        private final SealedArcSet seal = seal(broken);

        @Test
        void saysSoInTheNextInstance() {
            assertThat(seal.instance()).isEqualTo(2);
            assertThat(seal.status()).isEqualTo(ChainStatus.FAIL);
            assertThat(text(seal.fields().get(0))).contains("; cv=fail; ");
            assertThat(ArcRun.verify(with(broken, seal), ZONE))
                    .isInstanceOfSatisfying(
                            ArcResult.Fail.class,
                            fail -> assertThat(fail.problem()).isEqualTo(ArcProblem.MARKED_AS_FAILED));
        }

        @Test
        void coversItsOwnSetOnly() {
            SignatureTags tags = ArcSetFields.parseSeal(seal.fields().get(0));
            byte[] digest = new HeaderHash(Canonicalization.RELAXED)
                    .add(seal.fields().get(2))
                    .add(seal.fields().get(1))
                    .digestWith(tags.withoutSignature());
            assertThat(TestKeys.RSA
                            .publicKey()
                            .verifies(digest, tags.signature().toByteArray()))
                    .isTrue();
        }

        @Test
        void isNotSealedASecondTime() {
            TestMessage marked = with(broken, seal);
            assertThat(ArcRun.seal(marked, LIST, ArcRun.verify(marked, ZONE), NOW))
                    .isEmpty();
        }
    }

    @Test
    void theInstanceIsOneAboveTheHighest() {
        TestMessage junk = MESSAGE.withFieldOnTop(HeaderField.of("ARC-Seal", " i=7; junk"));
        assertThat(seal(junk).instance()).isEqualTo(8);
        assertThat(seal(junk).status()).isEqualTo(ChainStatus.FAIL);
        TestMessage unreadable = MESSAGE.withFieldOnTop(HeaderField.of("ARC-Seal", " junk"));
        assertThat(seal(unreadable).instance()).isOne();
        assertThat(seal(unreadable).status()).isEqualTo(ChainStatus.FAIL);
    }

    @Test
    void noSetIsAddedAboveTheFiftieth() {
        TestMessage full = MESSAGE.withFieldOnTop(HeaderField.of("ARC-Seal", " i=50; junk"));
        assertThat(ArcRun.seal(full, LIST, ArcRun.verify(full, ZONE), NOW)).isEmpty();
        TestMessage beyond = MESSAGE.withFieldOnTop(HeaderField.of("ARC-Seal", " i=51; junk"));
        assertThat(ArcRun.seal(beyond, LIST, ArcRun.verify(beyond, ZONE), NOW)).isEmpty();
    }

    @Test
    void aChainWithATemporaryErrorIsNotSealed() {
        TestMessage once = with(MESSAGE, seal(MESSAGE));
        StaticZone silent = StaticZone.builder()
                .failure("r._domainkey.list.example", RecordType.TXT, DnsAnswer.Failure.TIMEOUT)
                .build();
        ArcResult result = ArcRun.verify(once, silent);
        assertThat(result).isInstanceOf(ArcResult.TempError.class);
        assertThat(ArcRun.seal(once, LIST, result, NOW)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = ArcProblem.class,
            names = {
                "FIELD_TOO_LARGE",
                "TOO_MANY_KEYS",
                "TOO_MANY_SETS",
                "MARKED_AS_FAILED",
                "TOO_MUCH_WORK",
                "KEY_UNAVAILABLE"
            })
    void aChainThatExceedsALocalLimitIsNotSealed(ArcProblem problem) {
        assertThat(ArcRun.seal(MESSAGE, LIST, new ArcResult.Fail(problem, 0, "", 3), NOW))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = ArcProblem.class,
            mode = Mode.EXCLUDE,
            names = {
                "FIELD_TOO_LARGE",
                "TOO_MANY_KEYS",
                "TOO_MANY_SETS",
                "MARKED_AS_FAILED",
                "TOO_MUCH_WORK",
                "KEY_UNAVAILABLE"
            })
    void aChainThatIsWrongInItselfIsSealedAsFailed(ArcProblem problem) {
        assertThat(ArcRun.seal(MESSAGE, LIST, new ArcResult.Fail(problem, 0, "", 3), NOW))
                .map(SealedArcSet::instance)
                .contains(4);
    }

    @Test
    void anIdentityWithAnAuidSealsWithoutIt() {
        SigningIdentity identity = LIST.withAuid(Optional.of("@list.example"));
        SealedArcSet seal = ArcRun.seal(MESSAGE, identity, new ArcResult.None(), Instant.EPOCH)
                .orElseThrow();
        assertThat(seal.fields().stream().map(ArcSealerTest::text).collect(Collectors.joining()))
                .doesNotContain("i=@");
        assertThat(ArcRun.verify(with(MESSAGE, seal), ZONE)).isInstanceOf(ArcResult.Pass.class);
    }
}
