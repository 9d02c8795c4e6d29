package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.dkim.DkimRun.NOW;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.countersign.canonical.Canonicalization;
import org.countersign.domain.DomainName;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.SignatureDraft;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A message that comes to its signer a second time. */
class ExistingSignaturesTest {
    private static final TestMessage MESSAGE = TestMessage.parse("""
        From: Alice <alice@example.org>
        To: Bob <bob@example.net>
        Subject:  Lunch
        Date: Mon, 23 Nov 2026 12:00:00 +0000
        Message-ID: <1@example.org>

        At  noon?

        """);
    private static final DomainName DOMAIN = DomainName.of("example.org");
    private static final SigningIdentity RSA = new SigningIdentity(DOMAIN, "r1", TestKeys.RSA);
    private static final SigningIdentity ED25519 = new SigningIdentity(DOMAIN, "e1", TestKeys.ED25519);
    private static final SigningDefaults DEFAULTS = SigningDefaults.DEFAULT;

    private static TestMessage signed(TestMessage message, SigningDefaults defaults, SigningIdentity... identities) {
        DkimSigning signing =
                new DkimSigner(defaults, InstantSource.fixed(NOW)).begin(message.headers(), Arrays.asList(identities));
        signing.body(message.body().toByteArray(), 0, message.body().length());
        return message.withFieldsOnTop(signing.finish());
    }

    private static TestMessage signedOnce() {
        return signed(MESSAGE, DEFAULTS, RSA);
    }

    /** The selectors of the signatures that a second pass adds. */
    private static List<String> added(TestMessage message, SigningIdentity... identities) {
        return added(message, DEFAULTS, NOW, identities);
    }

    private static List<String> added(
            TestMessage message, SigningDefaults defaults, Instant now, SigningIdentity... identities) {
        DkimSigning signing = new DkimSigner(defaults, InstantSource.fixed(now))
                .beginUnlessSigned(message.headers(), Arrays.asList(identities));
        signing.body(message.body().toByteArray(), 0, message.body().length());
        int present = signing.alreadySigned().size();
        List<String> selectors = signing.finish().stream()
                .map(field -> field.value().latin1().contains("s=r1;") ? "r1" : "e1")
                .toList();
        assertThat(selectors).hasSize(identities.length - present);
        return selectors;
    }

    @ParameterizedTest
    @CsvSource({"RELAXED, RELAXED", "SIMPLE, SIMPLE", "RELAXED, SIMPLE", "SIMPLE, RELAXED"})
    void aValidSignatureByTheSameIdentityIsEnough(Canonicalization header, Canonicalization body) {
        SigningDefaults first = DEFAULTS.withCanonicalizations(header, body);
        TestMessage message = signed(MESSAGE, first, RSA, ED25519)
                .withFieldOnTop(HeaderField.of("Received", " from localhost by mx.example.org"));
        assertThat(added(message, RSA, ED25519)).isEmpty();
    }

    @Test
    void eachIdentityIsRegardedByItself() {
        assertThat(added(signedOnce(), RSA, ED25519)).containsExactly("e1");
        assertThat(added(signed(MESSAGE, DEFAULTS, ED25519), RSA, ED25519)).containsExactly("r1");
    }

    @Test
    void aChangedMessageIsSignedAgain() {
        assertThat(added(signedOnce().withBody("At one?\r\n"), RSA)).containsExactly("r1");
        assertThat(added(signedOnce().withFieldAt(3, HeaderField.of("Subject", " Dinner")), RSA))
                .containsExactly("r1");
        assertThat(added(signedOnce().withFieldOnTop(HeaderField.of("Subject", " Dinner")), RSA))
                .containsExactly("r1");
    }

    @Test
    void aSignatureByAnotherKeyUnderTheSameNameDoesNotCount() {
        SigningIdentity forged = new SigningIdentity(DOMAIN, "e1", TestKeys.RSA);
        assertThat(added(signed(MESSAGE, DEFAULTS, forged), ED25519)).containsExactly("e1");
        SigningIdentity old = new SigningIdentity(DOMAIN, "r1", TestKeys.RFC_8463_RSA);
        assertThat(added(signed(MESSAGE, DEFAULTS, old), RSA)).containsExactly("r1");
    }

    @Test
    void aSignatureOfAnotherDomainSelectorOrUserDoesNotCount() {
        for (SigningIdentity other : List.of(
                new SigningIdentity(DomainName.of("sub.example.org"), "r1", TestKeys.RSA),
                new SigningIdentity(DOMAIN, "r0", TestKeys.RSA),
                RSA.withAuid(Optional.of("alice@example.org")))) {
            assertThat(added(signed(MESSAGE, DEFAULTS, other), RSA)).containsExactly("r1");
            assertThat(added(signed(MESSAGE, DEFAULTS, other), other)).isEmpty();
        }
    }

    @Test
    void aSignatureThatCoversLessDoesNotCount() {
        SigningDefaults more = DEFAULTS.withOversigned(List.of("X-Campaign"));
        assertThat(added(signedOnce(), more, NOW, RSA)).containsExactly("r1");
        assertThat(added(signed(MESSAGE, more, RSA), RSA)).isEmpty();
        // A field that only the second pass finds, and signs as often as it occurs.
        TestMessage extended = signedOnce().withFieldOnTop(HeaderField.of("List-Id", " <lunch.example.org>"));
        assertThat(added(extended, RSA)).containsExactly("r1");
    }

    @Test
    void aSignatureOfAPartOfTheBodyDoesNotCount() {
        String names = "From:From:Subject:Subject:Date:Date:To:To:Cc:Reply-To:Message-ID:Message-ID:MIME-Version"
                + ":Content-Type:Content-Transfer-Encoding";
        SignatureDraft whole = SignatureDraft.of(TestKeys.RSA).with("s", "r1").with("h", names);
        assertThat(added(whole.sign(MESSAGE, TestKeys.RSA), RSA)).isEmpty();
        assertThat(added(whole.with("l", "3").sign(MESSAGE, TestKeys.RSA), RSA)).containsExactly("r1");
        assertThat(added(whole.with("h", "From:Subject").sign(MESSAGE, TestKeys.RSA), RSA))
                .containsExactly("r1");
    }

    @Test
    void aSignatureThatExpiresSoonIsRenewed() {
        SigningDefaults week = DEFAULTS.withValidity(Duration.ofDays(7));
        TestMessage message = signed(MESSAGE, week, RSA);
        assertThat(added(message, week, NOW.plus(Duration.ofDays(3)), RSA)).isEmpty();
        assertThat(added(message, week, NOW.plus(Duration.ofDays(4)), RSA)).containsExactly("r1");
        assertThat(added(message, week, NOW.plus(Duration.ofDays(8)), RSA)).containsExactly("r1");
        assertThat(added(message, DEFAULTS, NOW, RSA)).containsExactly("r1");
    }

    @Test
    void forgedSignaturesDoNotPreventSigning() {
        HeaderField genuine = signedOnce().headers().fields().getFirst();
        HeaderField forged =
                HeaderField.of("DKIM-Signature", genuine.value().latin1().replaceFirst("bh=[^;]", "bh=/"));
        List<HeaderField> many = new ArrayList<>(Collections.nCopies(1000, forged));
        assertThat(added(MESSAGE.withFieldsOnTop(many), RSA)).containsExactly("r1");
        // The number of verifications is limited, so the genuine one is not found, and the message is signed again.
        many.add(genuine);
        assertThat(added(MESSAGE.withFieldsOnTop(many), RSA)).containsExactly("r1");
        List<HeaderField> few = new ArrayList<>(Collections.nCopies(ExistingSignatures.MAX_VERIFIED - 1, forged));
        few.add(genuine);
        assertThat(added(MESSAGE.withFieldsOnTop(few), RSA)).isEmpty();
    }

    @Test
    void malformedSignaturesDoNotPreventSigning() {
        for (String value : List.of("", " ", " v=1", " v=1; a=rsa-sha256; d=example.org; s=r1; h=from; bh=; b=")) {
            assertThat(added(MESSAGE.withFieldOnTop(HeaderField.of("DKIM-Signature", value)), RSA))
                    .containsExactly("r1");
        }
    }
}
