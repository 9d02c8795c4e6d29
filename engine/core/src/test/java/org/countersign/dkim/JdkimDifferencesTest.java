package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.countersign.dkim.Jdkim.onlyJdkimAccepts;
import static org.countersign.dkim.Jdkim.onlyWeAccept;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.apache.james.jdkim.DKIMSigner;
import org.apache.james.jdkim.DKIMVerifier;
import org.apache.james.jdkim.api.Result;
import org.apache.james.jdkim.exceptions.FailException;
import org.countersign.canonical.BodyHashes;
import org.countersign.canonical.HeaderHash;
import org.countersign.dns.StaticZone;
import org.countersign.signature.HeaderIndex;
import org.countersign.signature.SignatureTags;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;
import org.countersign.testing.SignatureDraft;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The known errors of jDKIM 0.5. A test fails when one of them is fixed. */
class JdkimDifferencesTest {
    private static final String RECORD = TestKeys.RSA.publicKeyRecord();
    private static final String TEMPLATE = "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s1; h=From:Subject;";
    private static final TestMessage MESSAGE =
            TestMessage.parse("From: Alice <alice@example.org>\nSubject: Lunch\n\nAt noon?\n");

    private static SignatureDraft draft() {
        return SignatureDraft.of(TestKeys.RSA);
    }

    private static PrivateKey privateKey() throws Exception {
        return DKIMSigner.getPrivateKey(
                TestKeys.RSA_PEM.replaceAll("-----[A-Z ]+-----", "").replace("\n", ""));
    }

    /** With a field whose {@code b=} tag is spelled as wanted, which comes last in {@code tags}. */
    private static TestMessage signed(TestMessage message, String fieldName, String tags) {
        SignatureTags parsed = SignatureTags.parse(HeaderField.of(fieldName, tags), List.of());
        BodyHashes hashes = new BodyHashes();
        hashes.request(parsed.bodyHashRequest());
        hashes.body(message.body().toByteArray(), 0, message.body().length());
        String hash = Base64.getEncoder()
                .encodeToString(hashes.hash(parsed.bodyHashRequest()).digest().toByteArray());
        String unsigned = tags.replace("BODYHASH", hash);
        List<String> names = parsed.headerNames().stream().map(Ascii::lower).toList();
        byte[] digest = new HeaderHash(parsed.headerCanonicalization())
                .addAll(new HeaderIndex(message.headers()).select(names, parsed.field()))
                .digestWith(Octets.latin1(fieldName + ":" + unsigned));
        String signature = Base64.getEncoder().encodeToString(TestKeys.RSA.sign(digest));
        return message.withFieldOnTop(HeaderField.of(fieldName, unsigned + signature));
    }

    @Nested
    class Signatures {
        @ParameterizedTest
        @ValueSource(strings = {"rsa-sha1", "rsa-md5", "rsa-sha512"})
        @DisplayName("RFC 8301 §3.1, RFC 6376 §3.3: jDKIM takes whatever algorithm the message names")
        void ofHistoricAndUnknownAlgorithms(String algorithm) throws Exception {
            String template = TEMPLATE.replace("rsa-sha256", algorithm) + " bh=; b=;";

            onlyJdkimAccepts(Jdkim.sign(MESSAGE, template, privateKey()), RECORD);
        }

        @ParameterizedTest
        @ValueSource(ints = {512, 768})
        @DisplayName("RFC 8301 §3.2: jDKIM takes keys of any size")
        void byShortKeys(int bits) throws Exception {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            KeyPair pair = generator.generateKeyPair();
            String record = "v=DKIM1; k=rsa; p="
                    + Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());

            onlyJdkimAccepts(Jdkim.sign(MESSAGE, TEMPLATE + " bh=; b=;", pair.getPrivate()), record);
        }

        @Test
        @DisplayName("RFC 6376 §3.5: jDKIM takes a length that is larger than the body")
        void withALengthBeyondTheBody() {
            onlyJdkimAccepts(draft().with("l", "9999").sign(MESSAGE, TestKeys.RSA), RECORD);
        }

        @Test
        @DisplayName("RFC 6376 §3.5: jDKIM takes a length below zero, and hashes nothing then")
        void withALengthBelowZero() throws Exception {
            TestMessage signed = Jdkim.sign(MESSAGE, TEMPLATE + " l=-2; bh=; b=;", privateKey());

            onlyJdkimAccepts(signed, RECORD);
            onlyJdkimAccepts(signed.withBody("Whatever.\r\n"), RECORD);
        }

        @Test
        @DisplayName("RFC 6376 §6.1: jDKIM evaluates as many as there are")
        void inAnyNumber() throws IOException, FailException {
            TestMessage message = MESSAGE;
            for (int i = 0; i < 100; i++) {
                HeaderField signature = draft().with("n", Integer.toString(i)).field(MESSAGE, TestKeys.RSA);
                message = message.withFieldOnTop(signature);
            }
            StaticZone zone = StaticZone.builder()
                    .txt("s1._domainkey.example.org", RECORD)
                    .build();

            assertThat(Jdkim.verifier(RECORD).verify(new ByteArrayInputStream(message.toByteArray())))
                    .hasSize(100);
            assertThat(DkimRun.verify(message, zone))
                    .filteredOn(result -> result instanceof DkimResult.Pass)
                    .hasSize(8);
        }

        @Test
        @DisplayName("RFC 6376 §6.1: jDKIM has one result for two equal signatures")
        void thatAreEqual() throws IOException, FailException {
            HeaderField signature = draft().field(MESSAGE, TestKeys.RSA);
            TestMessage message = MESSAGE.withFieldsOnTop(List.of(signature, signature));
            StaticZone zone = StaticZone.builder()
                    .txt("s1._domainkey.example.org", RECORD)
                    .build();

            assertThat(Jdkim.verifier(RECORD).verify(new ByteArrayInputStream(message.toByteArray())))
                    .hasSize(1);
            assertThat(DkimRun.verify(message, zone)).hasSize(2);
        }

        @Test
        @DisplayName("RFC 8463 §3: jDKIM cannot verify Ed25519")
        void byEd25519() {
            TestMessage signed = SignatureDraft.of(TestKeys.ED25519).sign(MESSAGE, TestKeys.ED25519);

            onlyWeAccept(signed, TestKeys.ED25519.publicKeyRecord());
        }

        @Test
        @DisplayName("RFC 6376 §3.5: jDKIM takes any b= for the signature")
        void withTheLettersOfTheSignatureTagInAnother() {
            onlyWeAccept(draft().with("z", "Subject:b=3Dx").sign(MESSAGE, TestKeys.RSA), RECORD);
            onlyWeAccept(draft().with("xb", "1").sign(MESSAGE, TestKeys.RSA), RECORD);
            onlyWeAccept(draft().with("i", "b=3Dx@example.org").sign(MESSAGE, TestKeys.RSA), RECORD);
        }

        @Test
        @DisplayName("RFC 6376 §3.2: jDKIM does not find b with a space after it")
        void withASpaceAfterTheNameOfTheTag() {
            onlyWeAccept(signed(MESSAGE, "DKIM-Signature", " " + TEMPLATE + " bh=BODYHASH; b ="), RECORD);
        }

        @Test
        @DisplayName("RFC 6376 §3.4.1: jDKIM hashes the name DKIM-Signature, however the field is spelled")
        void inAFieldThatIsSpelledOtherwise() {
            String simple = " " + TEMPLATE.replace("relaxed/relaxed", "simple/simple") + " bh=BODYHASH; b=";

            assertThat(Jdkim.verifies(signed(MESSAGE, "DKIM-Signature", simple), RECORD))
                    .isTrue();
            onlyWeAccept(signed(MESSAGE, "dkim-signature", simple), RECORD);
        }

        @Test
        @DisplayName("RFC 6376 §3.5: jDKIM wants clocks to agree to the second")
        void madeAMomentAheadOfOurClock() {
            Instant now = Instant.now();
            TestMessage signed =
                    draft().with("t", Long.toString(now.getEpochSecond() + 100)).sign(MESSAGE, TestKeys.RSA);
            StaticZone zone = StaticZone.builder()
                    .txt("s1._domainkey.example.org", RECORD)
                    .build();

            assertThat(Jdkim.verifies(signed, RECORD)).isFalse();
            assertThat(DkimRun.verify(signed, zone, DkimLimits.DEFAULT, now))
                    .singleElement()
                    .isInstanceOf(DkimResult.Pass.class);
        }

        @Test
        @DisplayName("RFC 6376 §3.7: jDKIM takes the signature itself for the field that h= means")
        void thatCoverSignatures() {
            onlyWeAccept(draft().with("h", "From:DKIM-Signature").sign(MESSAGE, TestKeys.RSA), RECORD);
        }
    }

    @Nested
    class Messages {
        @Test
        @DisplayName("RFC 6376 §3.4.3: jDKIM turns bare line feeds and carriage returns into line ends")
        void whoseLineEndsWereChanged() {
            TestMessage signed = draft().with("c", "simple/simple").sign(MESSAGE, TestKeys.RSA);

            onlyJdkimAccepts(signed.withBody("At noon?\n"), RECORD);
            onlyJdkimAccepts(signed.withBody("At noon?\r"), RECORD);
        }

        @Test
        @DisplayName("RFC 6376 §3.4.3: jDKIM hashes a line end for a bare carriage return that was signed")
        void signedWithABareCarriageReturn() {
            onlyWeAccept(draft().sign(MESSAGE.withBody("At\rnoon?\r\n"), TestKeys.RSA), RECORD);
        }

        @Test
        @DisplayName("RFC 6376 §3.4.2: jDKIM trims control characters")
        void withControlCharactersAtTheEndOfAField() {
            TestMessage signed = draft().sign(MESSAGE, TestKeys.RSA);

            onlyJdkimAccepts(signed.withFieldAt(2, HeaderField.of("Subject", " Lunch\u000b")), RECORD);
        }

        @Test
        @DisplayName("RFC 6376 §3.4.4: jDKIM hashes a line end for an empty relaxed body")
        void withoutABody() {
            onlyWeAccept(draft().sign(MESSAGE.withBody(""), TestKeys.RSA), RECORD);
            onlyWeAccept(draft().sign(MESSAGE.withBody("\r\n\r\n"), TestKeys.RSA), RECORD);
        }

        @Test
        @DisplayName("RFC 6376 §3.4.4: jDKIM keeps white space at the end of a last line without CRLF")
        void whoseLastLineEndsInSpaceAndNothingElse() {
            onlyWeAccept(draft().sign(MESSAGE.withBody("At noon? "), TestKeys.RSA), RECORD);
        }

        @Test
        @DisplayName("RFC 6376 §3.4.2: jDKIM decodes header fields as text")
        void withEightBitHeaderFields() {
            TestMessage latin1 = MESSAGE.withFieldAt(
                    1,
                    HeaderField.of(
                            Octets.latin1("Subject"),
                            Octets.copyOf(" caf\u00e9".getBytes(StandardCharsets.ISO_8859_1))));

            onlyWeAccept(draft().sign(latin1, TestKeys.RSA), RECORD);
        }

        @ParameterizedTest
        @ValueSource(strings = {"a long line", "a long field", "many fields"})
        @DisplayName("jDKIM throws at a header that its parser finds too large, without any result")
        void withALargeHeader(String what) {
            TestMessage message = switch (what) {
                case "a long line" -> MESSAGE.withFieldOnTop(HeaderField.of("X-Long", " " + "x".repeat(12_000)));
                case "a long field" ->
                    MESSAGE.withFieldOnTop(HeaderField.of("X-Long", ("\r\n " + "x".repeat(900)).repeat(40)));
                default -> withManyFields();
            };
            TestMessage signed = draft().sign(message, TestKeys.RSA);

            assertThat(Jdkim.weVerify(signed, RECORD)).isTrue();
            assertThatThrownBy(() -> Jdkim.verifier(RECORD).verify(new ByteArrayInputStream(signed.toByteArray())))
                    .isInstanceOf(Exception.class);
        }

        private static TestMessage withManyFields() {
            TestMessage message = MESSAGE;
            for (int i = 0; i < 1100; i++) {
                message = message.withFieldOnTop(HeaderField.of("X-" + i, " x"));
            }
            return message;
        }
    }

    @Nested
    class Keys {
        private final TestMessage signed = draft().sign(MESSAGE, TestKeys.RSA);

        @Test
        @DisplayName("RFC 6376 §3.6.1: jDKIM does not look at the service type")
        void thatAreNotForEmail() {
            onlyJdkimAccepts(signed, RECORD.replace("k=rsa;", "k=rsa; s=tlsrpt;"));
        }

        @Test
        @DisplayName("RFC 6376 §3.2: jDKIM folds the case of values")
        void ofATypeInUpperCase() {
            onlyJdkimAccepts(signed, RECORD.replace("k=rsa", "k=RSA"));
        }

        @Test
        @DisplayName("RFC 6376 §3.6.1: jDKIM refuses a key record with a stray word")
        void withAStrayWord() {
            onlyWeAccept(signed, RECORD + ";;");
            onlyWeAccept(signed, RECORD.replace("k=rsa;", "k=rsa; stray;"));
        }

        @Test
        @DisplayName("RFC 6376 §3.6.1: jDKIM still has g=, and takes an empty one for nobody")
        void withAnEmptyGranularity() {
            onlyWeAccept(signed, RECORD.replace("k=rsa;", "k=rsa; g=;"));
        }
    }

    @Nested
    class Results {
        private static DKIMVerifier verified(TestMessage message, String record) {
            DKIMVerifier verifier = Jdkim.verifier(record);
            assertThatThrownBy(() -> verifier.verify(new ByteArrayInputStream(message.toByteArray())))
                    .isInstanceOf(FailException.class);
            return verifier;
        }

        @Test
        @DisplayName("RFC 8601 §2.7.1: a revoked key is a permanent error, and a failure to jDKIM")
        void ofARevokedKey() {
            String revoked = "v=DKIM1; k=rsa; p=";
            TestMessage signed = draft().sign(MESSAGE, TestKeys.RSA);
            StaticZone zone = StaticZone.builder()
                    .txt("s1._domainkey.example.org", revoked)
                    .build();

            assertThat(verified(signed, revoked).getResults())
                    .extracting(Result::getResultType)
                    .containsExactly(Result.Type.FAIL);
            assertThat(DkimRun.verify(signed, zone))
                    .extracting(DkimResult::keyword)
                    .containsExactly("permerror");
        }

        @Test
        @DisplayName("RFC 6376 §6.1.1: jDKIM does not say whose signature has expired")
        void ofAnExpiredSignature() {
            TestMessage signed = draft().with("x", "1000000000").sign(MESSAGE, TestKeys.RSA);
            StaticZone zone = StaticZone.builder()
                    .txt("s1._domainkey.example.org", RECORD)
                    .build();

            assertThat(verified(signed, RECORD).getResults())
                    .extracting(result -> result.getRecord().getDToken().toString())
                    .containsExactly("invalid");
            assertThat(DkimRun.verify(signed, zone))
                    .extracting(
                            result -> result.signature().sdid().orElseThrow().toString())
                    .containsExactly("example.org");
        }

        @Test
        @DisplayName("jDKIM's list of results grows from message to message")
        void ofSeveralMessages() throws IOException, FailException {
            DKIMVerifier verifier = Jdkim.verifier(RECORD);
            byte[] message = draft().sign(MESSAGE, TestKeys.RSA).toByteArray();
            verifier.verify(new ByteArrayInputStream(message));
            verifier.verify(new ByteArrayInputStream(message));

            assertThat(verifier.getResults()).hasSize(2);
        }
    }
}
