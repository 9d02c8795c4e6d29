package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.countersign.keys.SignatureFailure;
import org.countersign.keys.SignatureProblem;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Interoperability with OpenDKIM in both directions. Skipped if it is not installed. */
class OpenDkimIT {
    private final OpenDkim openDkim;

    OpenDkimIT(@TempDir Path folder) {
        this.openDkim = new OpenDkim(folder);
    }

    @BeforeEach
    void requireOpenDkim() {
        assumeTrue(OpenDkim.isInstalled(), "no opendkim");
    }

    // The filter's test mode, not its library, loses a last line without an end, and white space after the colon.
    private static List<TestMessage> messages(String canonicalizations) {
        return Interop.MESSAGES.stream()
                .filter(message -> !message.equals(Interop.NO_LINE_END))
                .filter(message -> !message.equals(Interop.ODD_SPACES) || canonicalizations.startsWith("relaxed"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple"})
    void openDkimVerifiesWhatWeSign(String canonicalizations) throws IOException {
        List<TestMessage> signed = messages(canonicalizations).stream()
                .map(message -> Interop.sign(message, canonicalizations))
                .toList();
        List<String> results = openDkim.verify(signed);
        for (int i = 0; i < results.size(); i++) {
            assertThat(results.get(i).lines().filter(line -> line.contains("dkim=pass")))
                    .as("%s", signed.get(i))
                    .satisfiesExactly(
                            rsa -> assertThat(rsa).contains("header.s=r"),
                            ed25519 -> assertThat(ed25519).contains("header.s=e"));
        }
    }

    @Test
    void openDkimDoesNotVerifyAChangedMessage() throws IOException {
        TestMessage signed = Interop.sign(Interop.PLAIN, "relaxed/relaxed");
        TestMessage added = signed.withFieldOnTop(HeaderField.of("Subject", " Dinner"));

        assertThat(openDkim.verify(List.of(added, signed.withBody("At one?\r\n"))))
                .allSatisfy(results -> assertThat(results).doesNotContain("dkim=pass"));
    }

    @ParameterizedTest
    @CsvSource({
        "r, rsa-sha256, relaxed/relaxed",
        "r, rsa-sha256, relaxed/simple",
        "r, rsa-sha256, simple/relaxed",
        "r, rsa-sha256, simple/simple",
        "e, ed25519-sha256, relaxed/relaxed",
        "e, ed25519-sha256, relaxed/simple"
    })
    // What it signs by Ed25519 over simple header fields neither it nor dkimpy nor we can verify.
    void weVerifyWhatOpenDkimSigns(String selector, String algorithm, String canonicalizations) throws IOException {
        String key = selector.equals("r") ? TestKeys.RSA_PEM : TestKeys.RFC_8463_ED25519_PEM;
        List<TestMessage> messages = messages(canonicalizations);
        List<String> fields = openDkim.sign(messages, selector, key, algorithm, canonicalizations);
        for (int i = 0; i < fields.size(); i++) {
            TestMessage signed = Interop.withField(messages.get(i), fields.get(i));

            assertThat(Interop.verify(signed)).as("%s", signed).singleElement().isInstanceOf(DkimResult.Pass.class);
        }
    }

    @Test
    void signaturesOfItsToolByRsaSha1AreRefused() throws IOException {
        assumeTrue(OpenDkim.hasTestmsg(), "no opendkim-testmsg");
        // It signs nothing that RFC 5322 does not allow.
        TestMessage dated = Interop.withField(Interop.PLAIN, "Date: Mon, 1 Jan 2024 00:00:00 +0000");
        TestMessage signed = openDkim.signByTestmsg(dated, "r", TestKeys.RSA_PEM);

        assertThat(Interop.verify(signed))
                .singleElement()
                .satisfies(result -> assertThat(result.failure())
                        .map(SignatureFailure::problem)
                        .contains(SignatureProblem.HISTORIC_ALGORITHM));
    }
}
