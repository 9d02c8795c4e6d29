package org.countersign.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.countersign.crypto.RsaEngine;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EncryptedKeyTest {
    private static final Passphrase RIGHT = Passphrase.of(Octets.utf8("correct-horse"));
    private static final Passphrase WRONG = Passphrase.of(Octets.utf8("battery-staple"));

    /** A key of ours, made once: opening it takes 100,000 iterations. */
    private static final KeyPairs.Generated OURS =
            KeyPairs.generate(SignatureAlgorithm.ED25519_SHA256, 0, new SecureRandom(), Optional.of(RIGHT));

    private static Octets file(String name) {
        try (InputStream in =
                Objects.requireNonNull(EncryptedKeyTest.class.getResourceAsStream("encrypted/" + name + ".pem"))) {
            return Octets.wrap(in.readAllBytes());
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static String reason(Octets text, Optional<Passphrase> passphrase) {
        SigningKey.Parsing parsing = SigningKey.parse(text, passphrase, RsaEngine.jca());
        assertThat(parsing).isInstanceOf(SigningKey.Parsing.Malformed.class);
        return ((SigningKey.Parsing.Malformed) parsing).reason();
    }

    @ParameterizedTest
    @ValueSource(strings = {"aes-256-sha256", "aes-192-sha512", "aes-128-sha1", "triple-des", "scrypt"})
    void whatOpensslWritesIsOpened(String name) {
        assertThat(SigningKey.parse(file(name), Optional.of(RIGHT), RsaEngine.jca()))
                .isInstanceOfSatisfying(
                        SigningKey.Parsing.Parsed.class,
                        parsed -> assertThat(parsed.key().publicKey()).isEqualTo(TestKeys.ED25519.publicKey()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"old-aes-256", "old-triple-des"})
    void whatOlderOpensslWritesIsOpenedToo(String name) {
        for (String lineEnd : new String[] {"\n", "\r\n"}) {
            Octets text = Octets.latin1(file(name).latin1().replace("\n", lineEnd));
            assertThat(SigningKey.parse(text, Optional.of(RIGHT), RsaEngine.jca()))
                    .isInstanceOfSatisfying(
                            SigningKey.Parsing.Parsed.class,
                            parsed ->
                                    assertThat(parsed.key().publicKey()).isEqualTo(TestKeys.RFC_8463_RSA.publicKey()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"aes-256-sha256", "triple-des", "scrypt", "old-aes-256", "old-triple-des"})
    void anotherPassphraseIsSaidToBeWrong(String name) {
        assertThat(reason(file(name), Optional.of(WRONG))).isEqualTo("the passphrase does not open the key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"aes-256-sha256", "old-aes-256"})
    void withoutAPassphraseItIsAskedFor(String name) {
        assertThat(reason(file(name), Optional.empty())).contains("passphrase-file", "openssl pkey");
    }

    @Test
    void whatIsEncryptedOtherwiseSaysHowToWriteItAnew() {
        assertThat(reason(file("pkcs12-triple-des"), Optional.of(RIGHT))).contains("openssl pkcs8 -topk8 -v2");
        Octets rc2 = Octets.latin1(file("old-triple-des").latin1().replace("DES-EDE3-CBC", "RC2-40-CBC"));
        assertThat(reason(rc2, Optional.of(RIGHT))).contains("openssl pkcs8 -topk8 -v2");
    }

    @Test
    void aKeyThatIsNotEncryptedTakesNoNoticeOfAPassphrase() {
        assertThat(SigningKey.parse(Octets.latin1(TestKeys.RFC_8463_ED25519_PEM), Optional.of(WRONG), RsaEngine.jca()))
                .isInstanceOf(SigningKey.Parsing.Parsed.class);
    }

    @Test
    void oursSaysNothingOfItselfAndIsOpenedByItsPassphraseAlone() {
        assertThat(OURS.pem()).startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
        assertThat(OURS.pem().lines()).allMatch(line -> line.length() <= 64);
        assertThat(SigningKey.parse(Octets.latin1(OURS.pem()), Optional.of(RIGHT), RsaEngine.jca()))
                .isInstanceOfSatisfying(
                        SigningKey.Parsing.Parsed.class,
                        parsed -> assertThat(parsed.key().publicKeyRecord())
                                .isEqualTo(OURS.key().publicKeyRecord()));
        assertThat(reason(Octets.latin1(OURS.pem()), Optional.of(WRONG)))
                .isEqualTo("the passphrase does not open the key");
        assertThat(RIGHT.toString()).doesNotContain("horse");
    }

    @ParameterizedTest
    @CsvSource({"'', false", "'\n', false", "a, true", "'a\n', true", "'a\r\n', true"})
    void aPassphraseIsALineOfAFile(String text, boolean usable) {
        assertThat(Passphrase.of(Octets.utf8(text)).isUsable()).isEqualTo(usable);
        Octets padded = Octets.utf8("correct-horse" + text.replace("a", ""));
        assertThat(Passphrase.of(padded).toByteArray()).isEqualTo(RIGHT.toByteArray());
    }

    @Test
    void anEmptyPassphraseOrAnEndlessOneIsRefused() {
        for (String text : new String[] {"", "x".repeat(Passphrase.MAX_LENGTH + 1)}) {
            Optional<Passphrase> passphrase = Optional.of(Passphrase.of(Octets.utf8(text)));
            assertThat(reason(file("aes-256-sha256"), passphrase)).contains("passphrase is empty or longer than");
            assertThatThrownBy(() ->
                            KeyPairs.generate(SignatureAlgorithm.ED25519_SHA256, 0, new SecureRandom(), passphrase))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static Octets pem(byte[] der) {
        return Octets.latin1("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
                + Base64.getEncoder().encodeToString(der) + "\n-----END ENCRYPTED PRIVATE KEY-----\n");
    }

    private static byte[] der(Octets pem) {
        String text = pem.latin1();
        String base64 = text.substring(text.indexOf("-----\n") + 6, text.indexOf("-----END"));
        return Base64.getMimeDecoder().decode(base64);
    }

    /** Where 2,048 iterations stand as two octets, a number that would keep the program busy for minutes. */
    @Test
    @Timeout(60)
    void aKeyThatAsksForTooMuchWorkIsRefusedBeforeAnyIsDone() {
        byte[] scheme = DerWriter.sequence(DerWriter.octets(new byte[8]), DerWriter.integer(2_000_000_000));
        byte[] scrypt = DerWriter.sequence(
                DerWriter.octets(new byte[8]), DerWriter.integer(1 << 20), DerWriter.integer(8), DerWriter.integer(1));
        for (byte[] derivation : new byte[][] {
            DerWriter.sequence(identifier("2a864886f70d01050c"), scheme),
            DerWriter.sequence(identifier("2b06010401da47040b"), scrypt)
        }) {
            byte[] cipher = DerWriter.sequence(identifier("60864801650304012a"), DerWriter.octets(new byte[16]));
            byte[] info = DerWriter.sequence(
                    DerWriter.sequence(identifier("2a864886f70d01050d"), DerWriter.sequence(derivation, cipher)),
                    DerWriter.octets(new byte[48]));
            assertThat(reason(pem(info), Optional.of(RIGHT))).contains("more work than a key is worth");
        }
    }

    private static byte[] identifier(String hex) {
        return DerWriter.identifier(Octets.wrap(HexFormat.of().parseHex(hex)));
    }

    @Property(tries = 200)
    void damageToAnyOctetGivesAReasonOrTheSameKey(
            @ForAll @IntRange(max = 1000) int at, @ForAll byte value, @ForAll boolean old) {
        Octets text = file(old ? "old-aes-256" : "triple-des");
        byte[] damaged;
        Octets pem;
        if (old) {
            damaged = text.toByteArray();
            damaged[at % damaged.length] = value;
            pem = Octets.wrap(damaged);
        } else {
            damaged = der(text);
            damaged[at % damaged.length] = value;
            pem = pem(damaged);
        }
        SigningKey expected = old ? TestKeys.RFC_8463_RSA : TestKeys.ED25519;
        switch (SigningKey.parse(pem, Optional.of(RIGHT), RsaEngine.jca())) {
            case SigningKey.Parsing.Malformed(String reason) ->
                assertThat(reason).isNotEmpty();
            // Ed25519 in PKCS#8 form has no redundancy: another seed is another key, and so be it.
            case SigningKey.Parsing.Parsed(SigningKey key) ->
                assertThat(key.algorithm()).isEqualTo(expected.algorithm());
        }
    }
}
