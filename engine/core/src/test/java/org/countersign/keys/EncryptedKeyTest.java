package org.countersign.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.countersign.crypto.RsaEngine;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EncryptedKeyTest {
    private static final Passphrase RIGHT = Passphrase.of(Octets.utf8("correct-horse"));
    private static final Passphrase WRONG = Passphrase.of(Octets.utf8("battery-staple"));

    /** Generated once: decrypting it takes 100,000 iterations. */
    private static final KeyPairs.Generated GENERATED =
            KeyPairs.generate(SignatureAlgorithm.ED25519_SHA256, 0, new SecureRandom(), Optional.of(RIGHT));

    private static Octets file(String name) {
        try (InputStream in =
                Objects.requireNonNull(EncryptedKeyTest.class.getResourceAsStream("encrypted/" + name + ".pem"))) {
            return Octets.wrap(in.readAllBytes());
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static SigningKey key(Octets text) {
        return SigningKey.parse(text, Optional.of(RIGHT), RsaEngine.jca())
                .toOptional()
                .orElseThrow();
    }

    private static String reason(Octets text, Optional<Passphrase> passphrase) {
        Parsed<SigningKey, String> parsing = SigningKey.parse(text, passphrase, RsaEngine.jca());
        assertThat(parsing).isInstanceOf(Parsed.Malformed.class);
        return ((Parsed.Malformed<SigningKey, String>) parsing).failure();
    }

    @ParameterizedTest
    @ValueSource(strings = {"aes-256-sha256", "aes-192-sha512", "aes-128-sha1", "triple-des", "scrypt"})
    void aKeyEncryptedByOpensslIsRead(String name) {
        assertThat(key(file(name)).publicKey()).isEqualTo(TestKeys.ED25519.publicKey());
    }

    @ParameterizedTest
    @ValueSource(strings = {"old-aes-256", "old-triple-des"})
    void aKeyInTheTraditionalFormOfOpensslIsRead(String name) {
        for (String lineEnd : new String[] {"\n", "\r\n"}) {
            Octets text = Octets.latin1(file(name).latin1().replace("\n", lineEnd));
            assertThat(key(text).publicKey()).isEqualTo(TestKeys.RFC_8463_RSA.publicKey());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"aes-256-sha256", "triple-des", "scrypt", "old-aes-256", "old-triple-des"})
    void anotherPassphraseIsReportedAsWrong(String name) {
        assertThat(reason(file(name), Optional.of(WRONG))).isEqualTo("the passphrase does not open the key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"aes-256-sha256", "old-aes-256"})
    void withoutAPassphraseTheReasonNamesTheMissingPassphrase(String name) {
        assertThat(reason(file(name), Optional.empty())).contains("passphrase-file", "openssl pkey");
    }

    @Test
    void anUnsupportedEncryptionIsReportedWithTheCommandToReplaceIt() {
        assertThat(reason(file("pkcs12-triple-des"), Optional.of(RIGHT))).contains("openssl pkcs8 -topk8 -v2");
        Octets rc2 = Octets.latin1(file("old-triple-des").latin1().replace("DES-EDE3-CBC", "RC2-40-CBC"));
        assertThat(reason(rc2, Optional.of(RIGHT))).contains("openssl pkcs8 -topk8 -v2");
    }

    @Test
    void aPassphraseIsIgnoredForAKeyThatIsNotEncrypted() {
        assertThat(SigningKey.parse(Octets.latin1(TestKeys.RFC_8463_ED25519_PEM), Optional.of(WRONG), RsaEngine.jca()))
                .isInstanceOf(Parsed.Value.class);
    }

    @Test
    void aGeneratedKeyIsDecryptedByItsPassphraseOnly() {
        assertThat(GENERATED.pem()).startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
        assertThat(GENERATED.pem().lines()).allMatch(line -> line.length() <= 64);
        assertThat(key(Octets.latin1(GENERATED.pem())).publicKeyRecord())
                .isEqualTo(GENERATED.key().publicKeyRecord());
        assertThat(reason(Octets.latin1(GENERATED.pem()), Optional.of(WRONG)))
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
    void anEmptyOrTooLongPassphraseIsRejected() {
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

    private static byte[] encoded(KeyDerivationFunc function) throws IOException {
        EncryptionScheme scheme =
                new EncryptionScheme(NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(new byte[16]));
        return new EncryptedPrivateKeyInfo(
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBES2, new PBES2Parameters(function, scheme)),
                        new byte[48])
                .getEncoded();
    }

    private static byte[] scrypt(int saltLength, long cost, long blockSize, long parallelization) throws IOException {
        ASN1Encodable[] parameters = {
            new DEROctetString(new byte[saltLength]),
            new ASN1Integer(cost),
            new ASN1Integer(blockSize),
            new ASN1Integer(parallelization)
        };
        ASN1ObjectIdentifier identifier = new ASN1ObjectIdentifier("1.3.6.1.4.1.11591.4.11");
        return encoded(new KeyDerivationFunc(identifier, new DERSequence(parameters)));
    }

    private static byte[] pbkdf2(PBKDF2Params parameters) throws IOException {
        return encoded(new KeyDerivationFunc(PKCSObjectIdentifiers.id_PBKDF2, parameters));
    }

    @Test
    @Timeout(60)
    void aKeyThatWouldTakeTooMuchWorkIsRejectedBeforeAnyIsDone() throws IOException {
        for (byte[] info : List.of(
                pbkdf2(new PBKDF2Params(new byte[8], 2_000_000_000)),
                pbkdf2(new PBKDF2Params(new byte[8], 0)),
                pbkdf2(new PBKDF2Params(new byte[8], -1)),
                scrypt(8, 1 << 20, 8, 1),
                scrypt(8, 1L << 40, 1, 1),
                scrypt(8, 1000, 8, 1),
                scrypt(8, 1, 8, 1),
                scrypt(8, 2, 65, 1),
                scrypt(8, 2, 1, 17))) {
            assertThat(reason(pem(info), Optional.of(RIGHT))).contains("more work than a key is worth");
        }
    }

    @Test
    void parametersThatNoSoftwareWritesAreNotSupported() throws IOException {
        AlgorithmIdentifier hmacMd5 = new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.3.6.1.5.5.8.1.1"));
        for (byte[] info : List.of(
                pbkdf2(new PBKDF2Params(new byte[2000], 2048)),
                pbkdf2(new PBKDF2Params(new byte[8], 2048, 16)),
                pbkdf2(new PBKDF2Params(new byte[8], 2048, hmacMd5)),
                scrypt(2000, 2, 1, 1),
                encoded(new KeyDerivationFunc(new ASN1ObjectIdentifier("1.2.3"), new DERSequence())),
                new byte[] {0x30, 0x00},
                new byte[] {0x30, 0x7F},
                new byte[] {0x02, 0x01, 0x00},
                deeplyNested())) {
            assertThat(reason(pem(info), Optional.of(RIGHT)))
                    .startsWith("the key is encrypted in a way that is not supported");
        }
    }

    /** Sequences of indefinite length, each in another, as many as a file has room for. */
    private static byte[] deeplyNested() {
        byte[] octets = new byte[40_000];
        for (int i = 0; i < octets.length; i += 2) {
            octets[i] = 0x30;
            octets[i + 1] = (byte) 0x80;
        }
        return octets;
    }

    @Property(tries = 200)
    void damageToAnyOctetGivesAReasonOrTheSameKey(
            @ForAll @IntRange(max = 1000) int at, @ForAll byte value, @ForAll boolean traditional) {
        Octets text = file(traditional ? "old-aes-256" : "triple-des");
        byte[] damaged;
        Octets pem;
        if (traditional) {
            damaged = text.toByteArray();
            damaged[at % damaged.length] = value;
            pem = Octets.wrap(damaged);
        } else {
            damaged = der(text);
            damaged[at % damaged.length] = value;
            pem = pem(damaged);
        }
        SigningKey expected = traditional ? TestKeys.RFC_8463_RSA : TestKeys.ED25519;
        switch (SigningKey.parse(pem, Optional.of(RIGHT), RsaEngine.jca())) {
            case Parsed.Malformed<SigningKey, String>(String reason) ->
                assertThat(reason).isNotEmpty();
            // Ed25519 in PKCS#8 form has no redundancy: another seed is another valid key.
            case Parsed.Value<SigningKey, String>(SigningKey key) ->
                assertThat(key.algorithm()).isEqualTo(expected.algorithm());
        }
    }
}
