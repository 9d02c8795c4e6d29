package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.PrivateKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.james.jdkim.DKIMSigner;
import org.countersign.canonical.Canonicalization;
import org.countersign.domain.DomainName;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;
import org.countersign.testing.SignatureDraft;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.Test;

/** Against jDKIM 0.5, an independent implementation: each verifies the signatures of the other. For its known errors see JdkimDifferencesTest. */
class JdkimOracleTest {
    // jDKIM reads the clock of the machine, and refuses what was signed after it.
    private static final Instant SIGNED = Instant.parse("2024-01-01T00:00:00Z");
    private static final String RECORD = TestKeys.RSA.publicKeyRecord();
    private static final TestMessage MESSAGE =
            TestMessage.parse("From: Alice <alice@example.org>\nSubject: Lunch\n\nAt noon?\n");

    @Provide
    Arbitrary<TestMessage> plainMessages() {
        return DkimArbitraries.plainMessages();
    }

    @Provide
    Arbitrary<String> canonicalizations() {
        return Arbitraries.of("relaxed/relaxed", "relaxed/simple", "simple/simple", "simple/relaxed");
    }

    @Property(tries = 60)
    void jdkimVerifiesWhatWeSign(
            @ForAll("plainMessages") TestMessage message, @ForAll("canonicalizations") String canonicalizations) {
        SigningDefaults profile = new SigningDefaults(
                Canonicalization.named(canonicalizations.substring(0, canonicalizations.indexOf('/')))
                        .orElseThrow(),
                Canonicalization.named(canonicalizations.substring(canonicalizations.indexOf('/') + 1))
                        .orElseThrow(),
                SigningDefaults.DEFAULT.oversigned(),
                List.of(),
                SigningDefaults.DEFAULT.signedWhenPresent(),
                Optional.empty());
        DkimSigning signing = new DkimSigner(profile, InstantSource.fixed(SIGNED))
                .begin(
                        message.headers(),
                        List.of(new SigningIdentity(DomainName.of("example.org"), "s1", TestKeys.RSA)));
        signing.body(message.body().toByteArray(), 0, message.body().length());

        assertThat(Jdkim.verifies(message.withFieldsOnTop(signing.finish()), RECORD))
                .isTrue();
    }

    @Property(tries = 60)
    void weVerifyWhatJdkimSigns(
            @ForAll("plainMessages") TestMessage message, @ForAll("canonicalizations") String canonicalizations)
            throws Exception {
        PrivateKey key = DKIMSigner.getPrivateKey(
                TestKeys.RSA_PEM.replaceAll("-----[A-Z ]+-----", "").replace("\n", ""));
        TestMessage signed = Jdkim.sign(
                message,
                "v=1; a=rsa-sha256; c=" + canonicalizations
                        + "; d=example.org; s=s1; h=From:To:Subject:Subject:Date; bh=; b=;",
                key);

        assertThat(Jdkim.weVerify(signed, RECORD)).isTrue();
    }

    @Test
    void bothAcceptAndRefuseAnOrdinarySignature() {
        TestMessage signed = SignatureDraft.of(TestKeys.RSA).sign(MESSAGE, TestKeys.RSA);

        assertThat(Jdkim.weVerify(signed, RECORD)).isTrue();
        assertThat(Jdkim.verifies(signed, RECORD)).isTrue();
        assertThat(Jdkim.weVerify(signed.withBody("x\r\n"), RECORD)).isFalse();
        assertThat(Jdkim.verifies(signed.withBody("x\r\n"), RECORD)).isFalse();
    }
}
