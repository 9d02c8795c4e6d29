package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeyTest {
    private static SigningKey key(String text) {
        SigningKey.Parsing parsing = SigningKey.parse(Octets.latin1(text));
        assertThat(parsing).isInstanceOf(SigningKey.Parsing.Parsed.class);
        return ((SigningKey.Parsing.Parsed) parsing).key();
    }

    private static String reason(String text) {
        SigningKey.Parsing parsing = SigningKey.parse(Octets.latin1(text));
        assertThat(parsing).isInstanceOf(SigningKey.Parsing.Malformed.class);
        return ((SigningKey.Parsing.Malformed) parsing).reason();
    }

    private static String pem(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END "
                + label + "-----\n";
    }

    @Test
    void readsTheKeysOfRfc8463() {
        SigningKey rsa = key(TestKeys.RFC_8463_RSA_PEM);
        SigningKey ed25519 = key(TestKeys.RFC_8463_ED25519_SEED);

        assertThat(rsa.algorithm()).isEqualTo(SignatureAlgorithm.RSA_SHA256);
        assertThat(rsa.bits()).isEqualTo(1024);
        assertThat(rsa.publicKeyRecord())
                .startsWith("v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWR")
                .endsWith("Ip3G+2kryOTIKT+l/K4w3QIDAQAB");
        assertThat(ed25519.algorithm()).isEqualTo(SignatureAlgorithm.ED25519_SHA256);
        assertThat(ed25519.publicKeyRecord())
                .isEqualTo("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
    }

    @Test
    void readsPkcs8OfBothKindsWithTextAroundIt() {
        byte[] seed = Base64.getDecoder().decode(TestKeys.RFC_8463_ED25519_SEED);
        byte[] der = HexFormat.of()
                .parseHex("302e020100300506032b657004220420" + HexFormat.of().formatHex(seed));

        assertThat(key("a note\r\n" + pem("PRIVATE KEY", der) + "more").publicKey())
                .isEqualTo(TestKeys.ED25519.publicKey());
        assertThat(key(TestKeys.RSA_PEM.replace("\n", "\r\n")).publicKey()).isEqualTo(TestKeys.RSA.publicKey());
    }

    @Test
    void showsNothingOfItself() {
        assertThat(TestKeys.ED25519).hasToString("ed25519-sha256, 256 bits");
        assertThat(KeyPairs.generate(SignatureAlgorithm.ED25519_SHA256, 0, new SecureRandom()))
                .hasToString("ed25519-sha256, 256 bits");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ENCRYPTED PRIVATE KEY | encrypted
        PUBLIC KEY            | public half
        CERTIFICATE           | public half
        OPENSSH PRIVATE KEY   | ssh-keygen
        EC PRIVATE KEY        | no RSA or Ed25519
        PRIVATE KEY           | PKCS#8
        RSA PRIVATE KEY       | PKCS#1
        """)
    void saysWhatIsWrongWithAPem(String label, String expected) {
        assertThat(reason(pem(label, new byte[] {1, 2, 3}))).contains(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ''                            | neither PEM
        AAAA                          | neither PEM
        -----BEGIN PRIVATE KEY        | no end
        -----BEGIN PRIVATE KEY-----   | no END line
        -----BEGIN PRIVATE KEY-----!-----END PRIVATE KEY----- | not base64
        """)
    void saysWhatIsWrongWithAnyText(String text, String expected) {
        assertThat(reason(text)).contains(expected);
    }

    @Test
    void anOldEncryptedPemIsNamedAsSuch() {
        String encrypted = TestKeys.RFC_8463_RSA_PEM.replaceFirst(
                "KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n");

        assertThat(reason(encrypted)).contains("encrypted").contains("openssl pkey");
    }

    @Test
    void aDamagedKeyIsFoundOutBeforeItSignsAnything() {
        // One digit of the prime q.
        assertThat(reason(TestKeys.RFC_8463_RSA_PEM.replace("uSe0ga2xAkEA8C7PipPm1", "uSe0ga2xAkEA8C7PipPn1")))
                .contains("damaged");
    }

    @Test
    void aShortRsaKeyIsRefused() {
        assertThatThrownBy(() -> KeyPairs.generate(SignatureAlgorithm.RSA_SHA256, 768, new SecureRandom()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void historicAlgorithmsGetNoKey() {
        assertThatThrownBy(() -> KeyPairs.generate(SignatureAlgorithm.RSA_SHA1, 2048, new SecureRandom()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aGeneratedKeyIsReadBackFromItsPem() {
        KeyPairs.Generated pair = KeyPairs.generate(SignatureAlgorithm.ED25519_SHA256, 0, new SecureRandom());

        assertThat(key(pair.pem()).publicKeyRecord()).isEqualTo(pair.key().publicKeyRecord());
        assertThat(TestKeys.RSA.bits()).isEqualTo(2048);
    }

    @Test
    void aPublishedRecordIsTheOtherHalfOfTheKey() {
        for (SigningKey key : new SigningKey[] {TestKeys.RSA, TestKeys.ED25519}) {
            PublicKeyRecord.Parsing parsing = PublicKeyRecord.parse(Octets.utf8(key.publicKeyRecord()));

            assertThat(parsing).isInstanceOf(PublicKeyRecord.Parsing.Valid.class);
            assertThat(((PublicKeyRecord.Parsing.Valid) parsing).record().key()).contains(key.publicKey());
        }
    }

    @Test
    void aZoneLineHoldsTheRecordInStringsOf255() {
        String record = TestKeys.RSA.publicKeyRecord();

        String line = PublicKeyRecords.zoneLine("s1", DomainName.of("example.org"), record);

        assertThat(line)
                .startsWith("s1._domainkey.example.org. IN TXT ( \"v=DKIM1; k=rsa; p=")
                .endsWith("\" )");
        String[] strings =
                line.substring(line.indexOf('"') + 1, line.lastIndexOf('"')).split("\" \"", -1);
        assertThat(strings).hasSize(2).allMatch(string -> string.length() <= 255);
        assertThat(String.join("", strings)).isEqualTo(record);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a..b", "x\"y"})
    void aSelectorMustFitIntoADomainName(String selector) {
        assertThatThrownBy(() -> new SigningIdentity(DomainName.of("example.org"), selector, TestKeys.ED25519))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
