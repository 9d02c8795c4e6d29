package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import org.apache.james.jdkim.DKIMVerifier;
import org.apache.james.jdkim.exceptions.FailException;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.message.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Against jDKIM 0.5, which shares no code with us: where both should agree, and where it is known to err. */
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

    private static boolean ours(TestMessage message, String record) {
        StaticZone zone =
                StaticZone.builder().txt("s1._domainkey.example.org", record).build();
        List<DkimResult> results = Verification.verify(message, zone);
        return !results.isEmpty() && results.get(0) instanceof DkimResult.Pass;
    }

    private static boolean theirs(TestMessage message, String record) {
        DKIMVerifier verifier = new DKIMVerifier((methods, selector, token) -> List.of(record));
        try {
            return !verifier.verify(new ByteArrayInputStream(message.toByteArray()))
                    .isEmpty();
        } catch (FailException refused) {
            return false;
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Property(tries = 60)
    void jdkimVerifiesWhatWeSign(
            @ForAll("plainMessages") TestMessage message, @ForAll("canonicalizations") String canonicalizations) {
        SignatureProfile profile = new SignatureProfile(
                Canonicalization.named(canonicalizations.substring(0, canonicalizations.indexOf('/')))
                        .orElseThrow(),
                Canonicalization.named(canonicalizations.substring(canonicalizations.indexOf('/') + 1))
                        .orElseThrow(),
                SignatureProfile.DEFAULT.oversigned(),
                SignatureProfile.DEFAULT.signedWhenPresent(),
                Optional.empty());
        DkimSigning signing = new DkimSigner(profile, InstantSource.fixed(SIGNED))
                .begin(
                        message.headers(),
                        List.of(new SigningIdentity(DomainName.of("example.org"), "s1", TestKeys.RSA)));
        signing.body(message.body().toByteArray(), 0, message.body().length());

        assertThat(theirs(message.withFieldsOnTop(signing.finish()), RECORD)).isTrue();
    }

    @Property(tries = 60)
    void weVerifyWhatJdkimSigns(
            @ForAll("plainMessages") TestMessage message, @ForAll("canonicalizations") String canonicalizations)
            throws Exception {
        PrivateKey key = DKIMSigner.getPrivateKey(
                TestKeys.RSA_PEM.replaceAll("-----[A-Z ]+-----", "").replace("\n", ""));
        String field = new DKIMSigner(
                        "v=1; a=rsa-sha256; c=" + canonicalizations
                                + "; d=example.org; s=s1; h=From:To:Subject:Subject:Date; bh=; b=;",
                        key)
                .sign(new ByteArrayInputStream(message.toByteArray()));
        int colon = field.indexOf(':');

        TestMessage signed =
                message.withFieldOnTop(HeaderField.of(field.substring(0, colon), field.substring(colon + 1)));

        assertThat(ours(signed, RECORD)).isTrue();
    }

    private static SignatureDraft draft() {
        return SignatureDraft.of(TestKeys.RSA);
    }

    private static void onlyJdkimAccepts(TestMessage message, String record) {
        assertThat(theirs(message, record)).as("jDKIM").isTrue();
        assertThat(ours(message, record)).as("we").isFalse();
    }

    private static void onlyWeAccept(TestMessage message, String record) {
        assertThat(ours(message, record)).as("we").isTrue();
        assertThat(theirs(message, record)).as("jDKIM").isFalse();
    }

    @Test
    void bothAcceptAndRefuseAnOrdinarySignature() {
        TestMessage signed = draft().sign(MESSAGE, TestKeys.RSA);

        assertThat(ours(signed, RECORD)).isTrue();
        assertThat(theirs(signed, RECORD)).isTrue();
        assertThat(ours(signed.withBody("x\r\n"), RECORD)).isFalse();
        assertThat(theirs(signed.withBody("x\r\n"), RECORD)).isFalse();
    }

    @Test
    @DisplayName("RFC 6376 §3.6.1: jDKIM does not look at the service type")
    void keysThatAreNotForEmail() {
        onlyJdkimAccepts(draft().sign(MESSAGE, TestKeys.RSA), RECORD.replace("k=rsa;", "k=rsa; s=tlsrpt;"));
    }

    @Test
    @DisplayName("RFC 6376 §3.2: jDKIM folds the case of values")
    void keyTypesInUpperCase() {
        onlyJdkimAccepts(draft().sign(MESSAGE, TestKeys.RSA), RECORD.replace("k=rsa", "k=RSA"));
    }

    @Test
    @DisplayName("RFC 6376 §3.5: jDKIM takes a length that is larger than the body")
    void lengthsBeyondTheBody() {
        onlyJdkimAccepts(draft().with("l", "9999").sign(MESSAGE, TestKeys.RSA), RECORD);
    }

    @Test
    @DisplayName("RFC 6376 §3.4.3: jDKIM turns bare line feeds into line ends")
    void lineEndsThatWereChanged() {
        TestMessage signed = draft().with("c", "simple/simple").sign(MESSAGE, TestKeys.RSA);

        onlyJdkimAccepts(signed.withBody("At noon?\n"), RECORD);
    }

    @Test
    @DisplayName("RFC 6376 §3.4.2: jDKIM trims control characters")
    void controlCharactersAtTheEnd() {
        TestMessage signed = draft().sign(MESSAGE, TestKeys.RSA);

        onlyJdkimAccepts(signed.withFieldAt(2, HeaderField.of("Subject", " Lunch\u000b")), RECORD);
    }

    @Test
    @DisplayName("RFC 6376 §3.4.4: jDKIM hashes a line end for an empty relaxed body")
    void emptyBodies() {
        onlyWeAccept(draft().sign(MESSAGE.withBody(""), TestKeys.RSA), RECORD);
        onlyWeAccept(draft().sign(MESSAGE.withBody("\r\n\r\n"), TestKeys.RSA), RECORD);
    }

    @Test
    @DisplayName("RFC 6376 §3.5: jDKIM takes any b= for the signature")
    void theLettersOfTheSignatureTagInAnother() {
        onlyWeAccept(draft().with("z", "Subject:b=3Dx").sign(MESSAGE, TestKeys.RSA), RECORD);
        onlyWeAccept(draft().with("xb", "1").sign(MESSAGE, TestKeys.RSA), RECORD);
    }

    @Test
    @DisplayName("RFC 6376 §3.4.2: jDKIM decodes header fields as text")
    void eightBitHeaderFields() {
        TestMessage latin1 = MESSAGE.withFieldAt(
                1,
                HeaderField.of(
                        Octets.latin1("Subject"), Octets.copyOf(" caf\u00e9".getBytes(StandardCharsets.ISO_8859_1))));

        onlyWeAccept(draft().sign(latin1, TestKeys.RSA), RECORD);
    }

    @Test
    @DisplayName("RFC 6376 §3.6.1: jDKIM refuses a key record with a stray word")
    void keyRecordsWithAStrayWord() {
        onlyWeAccept(draft().sign(MESSAGE, TestKeys.RSA), RECORD + ";;");
        onlyWeAccept(draft().sign(MESSAGE, TestKeys.RSA), RECORD.replace("k=rsa;", "k=rsa; stray;"));
    }
}
