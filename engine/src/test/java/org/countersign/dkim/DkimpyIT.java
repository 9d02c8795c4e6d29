package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.message.HeaderField;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both ways against dkimpy, where it is installed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DkimpyIT {
    // dkimpy reads the clock of the machine, and refuses what was signed after it.
    private static final Instant SIGNED = Instant.parse("2024-01-01T00:00:00Z");
    private static final Map<String, String> RECORDS = Map.of(
            "r._domainkey.example.org", TestKeys.RSA.publicKeyRecord(),
            "e._domainkey.example.org", TestKeys.ED25519.publicKeyRecord());
    private static final List<TestMessage> MESSAGES = List.of(
            TestMessage.parse("From: Alice <alice@example.org>\nSubject: Lunch\n\nAt noon?\n"),
            TestMessage.parse("From: a@example.org\nTo: b\nTo: c,\n\td\nSUBJECT:   odd \n  folds \n\n")
                    .withBody("two  spaces\t\r\n \r\n\r\n\r\nafter empty lines \r\n\r\n\r\n"),
            TestMessage.parse("From: a@example.org\nSubject: empty\n\n"),
            TestMessage.parse("From: a@example.org\nSubject: blank\n\n \n\n"),
            TestMessage.parse("From: a@example.org\nSubject: no line end\r\n\r\nlast")
                    .withBody("last"),
            TestMessage.parse("From: a@example.org\nSubject: octets \u00e9\u00ff\n\n\u00e9\u00ff\u0001\n"));

    private Optional<Dkimpy> started = Optional.empty();

    @BeforeAll
    void startDkimpy() throws IOException {
        assumeTrue(Dkimpy.hasPython(), "no python3");
        started = Optional.of(Dkimpy.start());
        assumeTrue(dkimpy().isReady(), "no dkimpy with Ed25519");
    }

    private Dkimpy dkimpy() {
        return started.orElseThrow();
    }

    @AfterAll
    void stopDkimpy() throws IOException {
        if (started.isPresent()) {
            dkimpy().close();
        }
    }

    private static TestMessage sign(TestMessage message, String canonicalizations) {
        int slash = canonicalizations.indexOf('/');
        SignatureProfile profile = new SignatureProfile(
                Canonicalization.named(canonicalizations.substring(0, slash)).orElseThrow(),
                Canonicalization.named(canonicalizations.substring(slash + 1)).orElseThrow(),
                SignatureProfile.DEFAULT.oversigned(),
                SignatureProfile.DEFAULT.signedWhenPresent(),
                Optional.empty());
        DomainName domain = DomainName.of("example.org");
        DkimSigning signing = new DkimSigner(profile, InstantSource.fixed(SIGNED))
                .begin(
                        message.headers(),
                        List.of(
                                new SigningIdentity(domain, "r", TestKeys.RSA),
                                new SigningIdentity(domain, "e", TestKeys.ED25519)));
        signing.body(message.body().toByteArray(), 0, message.body().length());
        return message.withFieldsOnTop(signing.finish());
    }

    @ParameterizedTest
    @CsvSource({"relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple"})
    void dkimpyVerifiesWhatWeSign(String canonicalizations) throws IOException {
        for (TestMessage message : MESSAGES) {
            TestMessage signed = sign(message, canonicalizations);

            assertThat(dkimpy().verifies(signed, 0, RECORDS))
                    .as("RSA, %s", message)
                    .isTrue();
            assertThat(dkimpy().verifies(signed, 1, RECORDS))
                    .as("Ed25519, %s", message)
                    .isTrue();
        }
    }

    @Test
    void dkimpyDoesNotVerifyWhatWasChangedSince() throws IOException {
        TestMessage signed = sign(MESSAGES.get(0), "relaxed/relaxed");
        TestMessage added = signed.withFieldOnTop(HeaderField.of("Subject", " Dinner"));

        assertThat(dkimpy().verifies(added, 0, RECORDS)).isFalse();
        assertThat(dkimpy().verifies(signed.withBody("At one?\r\n"), 0, RECORDS))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "r, rsa-sha256, relaxed/relaxed",
        "r, rsa-sha256, relaxed/simple",
        "r, rsa-sha256, simple/relaxed",
        "r, rsa-sha256, simple/simple",
        "e, ed25519-sha256, relaxed/relaxed",
        "e, ed25519-sha256, simple/simple"
    })
    void weVerifyWhatDkimpySigns(String selector, String algorithm, String canonicalizations) throws IOException {
        StaticZone.Builder zone = StaticZone.builder();
        RECORDS.forEach(zone::txt);
        String key = selector.equals("r") ? TestKeys.RSA_PEM : TestKeys.RFC_8463_ED25519_SEED;
        for (TestMessage message : MESSAGES) {
            String field = dkimpy().sign(message, selector, "example.org", key, algorithm, canonicalizations);
            int colon = field.indexOf(':');
            TestMessage signed =
                    message.withFieldOnTop(HeaderField.of(field.substring(0, colon), field.substring(colon + 1)));

            assertThat(Verification.verify(signed, zone.build(), DkimLimits.DEFAULT, Instant.now()))
                    .as("%s", message)
                    .singleElement()
                    .isInstanceOf(DkimResult.Pass.class);
        }
    }
}
