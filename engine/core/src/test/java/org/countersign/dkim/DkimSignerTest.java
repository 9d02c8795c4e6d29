package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.countersign.dkim.DkimRun.NOW;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.countersign.canonical.Canonicalization;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.keys.SignatureProblem;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DkimSignerTest {
    private static final TestMessage MESSAGE = TestMessage.parse("""
        Received: from somewhere
        From: Alice <alice@example.org>
        To: Bob <bob@example.net>
        To: Carol <carol@example.net>
        List-Id: <lunch.example.org>
        Subject: Lunch

        At noon?
        """);
    private static final SigningIdentity ED25519 =
            new SigningIdentity(DomainName.of("example.org"), "E1", TestKeys.ED25519);
    private static final SigningIdentity RSA = new SigningIdentity(DomainName.of("example.org"), "r1", TestKeys.RSA);
    private static final StaticZone ZONE = StaticZone.builder()
            .txt("e1._domainkey.example.org", TestKeys.ED25519.publicKeyRecord())
            .txt("r1._domainkey.example.org", TestKeys.RSA.publicKeyRecord())
            .build();

    private static List<HeaderField> sign(SigningDefaults profile, SigningIdentity... identities) {
        return sign(MESSAGE, profile, identities);
    }

    private static List<HeaderField> sign(TestMessage message, SigningDefaults profile, SigningIdentity... identities) {
        DkimSigning signing =
                new DkimSigner(profile, InstantSource.fixed(NOW)).begin(message.headers(), Arrays.asList(identities));
        signing.body(message.body().toByteArray(), 0, message.body().length());
        return signing.finish();
    }

    @Test
    void theSignatureOfEveryIdentityVerifies() {
        TestMessage signed = MESSAGE.withFieldsOnTop(sign(SigningDefaults.DEFAULT, ED25519, RSA));

        List<DkimResult> results = DkimRun.verify(signed, ZONE);

        assertThat(results).hasSize(2).allMatch(result -> result instanceof DkimResult.Pass);
        assertThat(results).extracting(result -> result.signature().selector()).containsExactly("e1", "r1");
        assertThat(results).allMatch(result -> result.signature().signedAt().equals(Optional.of(NOW)));
        assertThat(results).noneMatch(result -> result.signature().bodyLength().isPresent());
    }

    @Test
    void writesTheTagsInShortLinesWithTheSignatureLast() {
        String field = sign(SigningDefaults.DEFAULT, ED25519).get(0).raw().latin1();

        assertThat(field.split("\r\n", -1))
                .startsWith(
                        "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org;",
                        " s=e1; t=1795435200;",
                        " h=From:From:Subject:Subject:Date:To:To:To:Cc:Reply-To:Message-ID:");
        assertThat(field).contains("List-Id;\r\n bh=");
        assertThat(field.lastIndexOf("\r\n b=")).isGreaterThan(field.indexOf("bh="));
        for (SigningIdentity identity : List.of(ED25519, RSA)) {
            String raw = sign(SigningDefaults.DEFAULT, identity).get(0).raw().latin1();
            assertThat(raw.split("\r\n")).allMatch(line -> line.length() < 78);
        }
    }

    @Test
    void signaturesAtTheSameTimeAreEqual() {
        assertThat(sign(SigningDefaults.DEFAULT, ED25519, RSA)).isEqualTo(sign(SigningDefaults.DEFAULT, ED25519, RSA));
    }

    @Test
    void aSignatureWithAValidityExpires() {
        SigningDefaults hour = SigningDefaults.DEFAULT.withValidity(Duration.ofHours(1));
        TestMessage signed = MESSAGE.withFieldsOnTop(sign(hour, ED25519));

        assertThat(DkimRun.verify(signed, ZONE).get(0).signature().expiresAt()).contains(NOW.plus(Duration.ofHours(1)));
        assertThat(DkimRun.verify(signed, ZONE, DkimLimits.DEFAULT, NOW.plus(Duration.ofHours(2))))
                .singleElement()
                .extracting(result -> result.failure().orElseThrow().problem())
                .isEqualTo(SignatureProblem.EXPIRED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From",
                "Subject",
                "Date",
                "To",
                "Cc",
                "Reply-To",
                "Message-ID",
                "MIME-Version",
                "Content-Type",
                "Content-Transfer-Encoding"
            })
    void addingAnOversignedFieldBreaksTheSignature(String name) {
        TestMessage signed = MESSAGE.withFieldsOnTop(sign(SigningDefaults.DEFAULT, ED25519));

        assertThat(DkimRun.verify(signed.withFieldOnTop(HeaderField.of(name, " other")), ZONE))
                .singleElement()
                .isInstanceOf(DkimResult.Fail.class);
    }

    @Test
    void addingASecondSenderBreaksTheSignature() {
        HeaderField sender = HeaderField.of("sender", " list@example.org");
        TestMessage message = MESSAGE.withFieldOnTop(sender);
        List<HeaderField> signature = sign(message, SigningDefaults.DEFAULT, ED25519);
        TestMessage signed = message.withFieldsOnTop(signature);

        assertThat(DkimRun.verify(signed, ZONE)).singleElement().isInstanceOf(DkimResult.Pass.class);
        assertThat(DkimRun.verify(signed.withFieldOnTop(HeaderField.of("Sender", " boss@example.org")), ZONE))
                .singleElement()
                .isInstanceOf(DkimResult.Fail.class);
        assertThat(DkimRun.verify(MESSAGE.withFieldsOnTop(signature), ZONE))
                .singleElement()
                .isInstanceOf(DkimResult.Fail.class);
    }

    @Test
    void aListMayAddASenderIfThereIsNone() {
        TestMessage signed = MESSAGE.withFieldsOnTop(sign(SigningDefaults.DEFAULT, ED25519));

        assertThat(signed.headers().fields().get(0).value().latin1()).doesNotContain("Sender");
        assertThat(DkimRun.verify(signed.withFieldOnTop(HeaderField.of("Sender", " list@elsewhere.example")), ZONE))
                .singleElement()
                .isInstanceOf(DkimResult.Pass.class);
    }

    @Test
    void aSenderThatIsAlwaysOversignedIsNamedOnceWithoutSender() {
        SigningDefaults always = SigningDefaults.DEFAULT.withOversigned(List.of("sender"));

        assertThat(sign(always, ED25519).get(0).value().latin1()).containsOnlyOnce(":sender");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Received", "Return-Path", "Authentication-Results", "DKIM-Signature", "X-Spam"})
    void addingATraceFieldDoesNotBreakTheSignature(String name) {
        TestMessage signed = MESSAGE.withFieldsOnTop(sign(SigningDefaults.DEFAULT, ED25519));

        List<DkimResult> results = DkimRun.verify(signed.withFieldOnTop(HeaderField.of(name, " something new")), ZONE);

        assertThat(results.get(results.size() - 1)).isInstanceOf(DkimResult.Pass.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple/simple", "simple/relaxed", "relaxed/simple"})
    void signsWithEachCanonicalization(String canonicalizations) {
        Canonicalization header =
                canonicalizations.startsWith("s") ? Canonicalization.SIMPLE : Canonicalization.RELAXED;
        Canonicalization body =
                canonicalizations.endsWith("/simple") ? Canonicalization.SIMPLE : Canonicalization.RELAXED;
        SigningDefaults profile =
                new SigningDefaults(header, body, List.of("From"), List.of(), List.of("Subject"), Optional.empty());
        TestMessage signed = MESSAGE.withFieldsOnTop(sign(profile, RSA));

        assertThat(signed.headers().fields().get(0).raw().latin1()).contains("c=" + canonicalizations + ";");
        assertThat(DkimRun.verify(signed, ZONE)).singleElement().isInstanceOf(DkimResult.Pass.class);
    }

    @Test
    void fromMustBeSignedAndTraceFieldsMustNot() {
        List<String> none = List.of();
        for (List<String> names : List.of(
                List.of("Subject"),
                List.of("From", "Received"),
                List.of("From", "from"),
                List.of("From", "DKIM-Signature"),
                List.of("From", "a:b"),
                List.of("From", "x".repeat(77)),
                List.of("From", ""))) {
            assertThatThrownBy(() -> new SigningDefaults(
                            Canonicalization.RELAXED, Canonicalization.RELAXED, names, none, none, Optional.empty()))
                    .as("%s", names)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void withoutAnIdentityThereIsNoSignature() {
        assertThat(sign(SigningDefaults.DEFAULT)).isEmpty();
    }
}
