package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.Optional;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Interoperability with dkimpy in both directions. Skipped if it is not installed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DkimpyIT {
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

    @ParameterizedTest
    @CsvSource({"relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple"})
    void dkimpyVerifiesWhatWeSign(String canonicalizations) throws IOException {
        for (TestMessage message : Interop.MESSAGES) {
            TestMessage signed = Interop.sign(message, canonicalizations);

            assertThat(dkimpy().verifies(signed, 0, Interop.RECORDS))
                    .as("RSA, %s", message)
                    .isTrue();
            assertThat(dkimpy().verifies(signed, 1, Interop.RECORDS))
                    .as("Ed25519, %s", message)
                    .isTrue();
        }
    }

    @Test
    void dkimpyDoesNotVerifyAChangedMessage() throws IOException {
        TestMessage signed = Interop.sign(Interop.PLAIN, "relaxed/relaxed");
        TestMessage added = signed.withFieldOnTop(HeaderField.of("Subject", " Dinner"));

        assertThat(dkimpy().verifies(added, 0, Interop.RECORDS)).isFalse();
        assertThat(dkimpy().verifies(signed.withBody("At one?\r\n"), 0, Interop.RECORDS))
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
        String key = selector.equals("r") ? TestKeys.RSA_PEM : TestKeys.RFC_8463_ED25519_SEED;
        for (TestMessage message : Interop.MESSAGES) {
            String field = dkimpy().sign(message, selector, Interop.DOMAIN, key, algorithm, canonicalizations);

            assertThat(Interop.verify(Interop.withField(message, field)))
                    .as("%s", message)
                    .singleElement()
                    .isInstanceOf(DkimResult.Pass.class);
        }
    }
}
