package org.countersign.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.countersign.domain.DomainName;
import org.countersign.signature.SigningIdentity;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeyTest {
    private static SigningKey key(String text) {
        Parsed<SigningKey, String> parsing = SigningKey.parse(Octets.latin1(text));
        assertThat(parsing).isInstanceOf(Parsed.Value.class);
        return ((Parsed.Value<SigningKey, String>) parsing).value();
    }

    private static String reason(String text) {
        Parsed<SigningKey, String> parsing = SigningKey.parse(Octets.latin1(text));
        assertThat(parsing).isInstanceOf(Parsed.Malformed.class);
        return ((Parsed.Malformed<SigningKey, String>) parsing).failure();
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
    void readsPkcs8OfBothKindsBetweenOtherText() {
        byte[] seed = Base64.getDecoder().decode(TestKeys.RFC_8463_ED25519_SEED);
        byte[] der = HexFormat.of()
                .parseHex("302e020100300506032b657004220420" + HexFormat.of().formatHex(seed));

        assertThat(key("a note\r\n" + pem("PRIVATE KEY", der) + "more").publicKey())
                .isEqualTo(TestKeys.ED25519.publicKey());
        assertThat(key(TestKeys.RSA_PEM.replace("\n", "\r\n")).publicKey()).isEqualTo(TestKeys.RSA.publicKey());
    }

    @Test
    void itsTextDoesNotContainTheSecret() {
        assertThat(TestKeys.ED25519).hasToString("ed25519-sha256, 256 bits");
        assertThat(KeyPairs.generate(SignatureAlgorithm.ED25519_SHA256, 0, new SecureRandom()))
                .hasToString("ed25519-sha256, 256 bits");
    }

    @Test
    void anEd25519KeyMayHaveItsPublicHalfAfterTheSeed() {
        byte[] seed = Base64.getDecoder().decode(TestKeys.RFC_8463_ED25519_SEED);
        byte[] publicKey = Base64.getDecoder().decode("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
        byte[] both = Arrays.copyOf(seed, 64);
        System.arraycopy(publicKey, 0, both, 32, 32);
        assertThat(key(Base64.getEncoder().encodeToString(both) + "\n").publicKeyRecord())
                .isEqualTo("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
        both[63] ^= 1;
        assertThat(reason(Base64.getEncoder().encodeToString(both)))
                .contains("second half of this Ed25519 key is not the public key");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ENCRYPTED PRIVATE KEY | encrypted
        PUBLIC KEY            | public half
        CERTIFICATE           | a certificate without its private key
        CERTIFICATE REQUEST   | a certificate request (CSR)
        EC PARAMETERS         | parameters without a private key
        PKCS7                 | PKCS#7
        PGP PRIVATE KEY BLOCK | OpenPGP
        DSA PRIVATE KEY       | a DSA key
        STRANGE PRIVATE KEY   | STRANGE PRIVATE KEY
        STRANGE               | STRANGE
        OPENSSH PRIVATE KEY   | ssh-keygen
        EC PRIVATE KEY        | an EC key, and DKIM supports only RSA and Ed25519
        PRIVATE KEY           | PKCS#8
        RSA PRIVATE KEY       | PKCS#1
        """)
    void theReasonForAPemFileNamesItsKind(String label, String expected) {
        assertThat(reason(pem(label, new byte[] {1, 2, 3}))).contains(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ''                            | the file is empty: restore the key from a backup, or make a new one
        ' \t '                         | the file is empty: restore the key from a backup, or make a new one
        ssh-ed25519 AAAA me@example   | an SSH public key
        PuTTY-User-Key-File-3: x      | a PuTTY key
        {"kty":"OKP"}                 | JSON Web Key
        <RSAKeyValue>                 | XML
        a IN TXT ("v=DKIM1; p=AAAA")  | the DNS record of a key
        not a key!                    | this is no private key: it is neither PEM
        AAAA                          | base64 of 3 octets, neither PEM
        ----BEGIN PRIVATE KEY-----    | the BEGIN line of the private key is damaged
        -- BEGIN RSA PRIVATE KEY --    | the BEGIN line of the private key is damaged
        -----BEGIN PRIVATE KEY        | no END line
        -----BEGIN PRIVATE KEY-----   | no END line
        -----BEGIN PRIVATE KEY-----!-----END PRIVATE KEY----- | not base64
        """)
    void theReasonForAnyTextNamesItsKind(String text, String expected) {
        assertThat(reason(text)).contains(expected);
    }

    @Test
    void theReasonForAShortRsaKeyTellsItsLengthAndWhatToDo() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(768);
        byte[] encoded = generator.generateKeyPair().getPrivate().getEncoded();
        assertThat(reason(pem("PRIVATE KEY", encoded)))
                .contains("fewer than 1024 bits, 768 bits")
                .endsWith(": make a new key with: countersign keygen");
    }

    @Test
    void otherBlocksMayPrecedeAndFollowThePrivateKey() {
        String publicHalf = pem("PUBLIC KEY", new byte[] {1, 2, 3});
        String certificate = pem("CERTIFICATE", new byte[] {1, 2, 3});
        for (String before :
                List.of(publicHalf, certificate, certificate + certificate, pem("EC PARAMETERS", new byte[3]))) {
            assertThat(key(before + TestKeys.RSA_PEM).publicKey()).isEqualTo(TestKeys.RSA.publicKey());
            assertThat(key(TestKeys.RSA_PEM + before).publicKey()).isEqualTo(TestKeys.RSA.publicKey());
            assertThat(key("Bag Attributes\n    friendlyName: x\n" + before + "Key Attributes\n" + TestKeys.RSA_PEM)
                            .publicKey())
                    .isEqualTo(TestKeys.RSA.publicKey());
        }
        assertThat(key(pem("EC PRIVATE KEY", new byte[3]) + TestKeys.RSA_PEM).publicKey())
                .isEqualTo(TestKeys.RSA.publicKey());
        assertThat(reason(certificate + pem("EC PRIVATE KEY", new byte[3]))).contains("an EC key");
        assertThat(reason(certificate + TestKeys.RSA_PEM.replaceFirst("-----END[^\n]*\n", "")))
                .contains("no END line for the line BEGIN");
    }

    @Test
    void theReasonForHeadersInPemNamesThem() {
        assertThat(reason(TestKeys.RFC_8463_RSA_PEM.replaceFirst("KEY-----\n", "KEY-----\nComment: mail\n\n")))
                .startsWith("PEM headers such as Comment: are not supported");
        assertThat(reason(TestKeys.RSA_PEM.replaceFirst("KEY-----\n", "KEY-----\nX: y\n\n")))
                .startsWith("PEM headers such as Comment: are not supported");
    }

    @Test
    void theReasonForUtf16NamesIt() {
        assertThat(reason("\u00ff\u00fe" + wide(TestKeys.RSA_PEM))).startsWith("this is UTF-16 text");
        assertThat(reason(wide(TestKeys.RSA_PEM))).startsWith("this is UTF-16 text");
        assertThat(reason("\u00fe\u00ff\0" + wide(TestKeys.RSA_PEM))).startsWith("this is UTF-16 text");
        assertThat(key("\u00ef\u00bb\u00bf" + TestKeys.RSA_PEM).publicKey()).isEqualTo(TestKeys.RSA.publicKey());
    }

    private static String wide(String text) {
        return String.join("\0", text.split("", -1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        301306072a8648ce3d020106082a8648ce3d030107 | an EC key
        300906072a8648ce380401                     | a DSA key
        300506032b656e                             | an X25519 key
        300506032b6571                             | an Ed448 key
        300b0609608648016503040312                 | an ML-DSA key
        300b06092a864886f70d01010a                 | RSASSA-PSS
        30050603550403                             | neither RSA nor Ed25519
        """)
    void theReasonForAnotherAlgorithmNamesIt(String algorithm, String expected) {
        byte[] identifier = HexFormat.of().parseHex(algorithm);
        String der = "30%02x020100%s0403040100".formatted(identifier.length + 8, algorithm);
        assertThat(reason(pem("PRIVATE KEY", HexFormat.of().parseHex(der)))).contains(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        3007020103300204ff                   | PKCS#12
        300f020100300506032b65700403040100   | a key in DER
        3009020100020101020101               | a key in DER
        3008020101040301020300               | a key in DER
        300c300506032b65700403040100         | an encrypted key in DER
        300a300506032b65700301ff             | a public key or a certificate
        feedfeed00000002                     | a Java key store
        1f8b0800                             | compressed with gzip
        0000000000                           | contains only NUL octets
        00ff0001                             | binary data
        """)
    void theReasonForABinaryFileNamesItsKind(String hex, String expected) {
        byte[] octets = HexFormat.of().parseHex(hex);
        assertThat(reason(new String(octets, StandardCharsets.ISO_8859_1))).contains(expected);
        if (octets[0] == 0x30) {
            assertThat(reason(Base64.getEncoder().encodeToString(octets)))
                    .startsWith("this is base64 without BEGIN and END lines")
                    .contains(expected.equals("a key in DER") ? "-----BEGIN PRIVATE KEY-----" : expected);
        }
    }

    /** As OpenSSL does: PKCS#1 under the label of PKCS#8, and the other way round. */
    @Test
    void aKeyUnderTheLabelOfTheOtherFormIsRead() {
        String pkcs1 = TestKeys.RFC_8463_RSA_PEM;
        assertThat(pkcs1).contains("BEGIN RSA PRIVATE KEY");
        assertThat(TestKeys.RSA_PEM).contains("BEGIN PRIVATE KEY");

        assertThat(key(pkcs1.replace("RSA PRIVATE KEY", "PRIVATE KEY")).publicKey())
                .isEqualTo(key(pkcs1).publicKey());
        assertThat(key(TestKeys.RSA_PEM.replace("PRIVATE KEY", "RSA PRIVATE KEY"))
                        .publicKey())
                .isEqualTo(TestKeys.RSA.publicKey());
    }

    @Test
    void theReasonForAnRsaKeyOfThreePrimesNamesIt() {
        String pkcs1 = TestKeys.RFC_8463_RSA_PEM.replaceAll("-----[^-]*-----|\\s", "");
        byte[] der = Base64.getDecoder().decode(pkcs1);
        // RFC 8017 §A.1.2: the version, after the tag and the length of the sequence.
        assertThat(HexFormat.of().formatHex(der, 4, 7)).isEqualTo("020100");
        der[6] = 1;
        assertThat(reason(pem("RSA PRIVATE KEY", der)))
                .startsWith("an RSA key of more than two primes is not supported");
    }

    @Test
    void theReasonForATraditionalEncryptedPemNamesIt() {
        String encrypted = TestKeys.RFC_8463_RSA_PEM.replaceFirst(
                "KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n");

        assertThat(reason(encrypted)).contains("encrypted").contains("openssl pkey");
    }

    @Test
    void aDamagedKeyIsDetectedBeforeItSignsAMessage() {
        // One digit of the prime q.
        assertThat(reason(TestKeys.RFC_8463_RSA_PEM.replace("uSe0ga2xAkEA8C7PipPm1", "uSe0ga2xAkEA8C7PipPn1")))
                .contains("damaged");
    }

    @Test
    void aShortRsaKeyIsRejected() {
        assertThatThrownBy(() -> KeyPairs.generate(SignatureAlgorithm.RSA_SHA256, 768, new SecureRandom()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noKeyIsGeneratedForAHistoricAlgorithm() {
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
    void thePublishedRecordHasThePublicKey() {
        for (SigningKey key : new SigningKey[] {TestKeys.RSA, TestKeys.ED25519}) {
            assertThat(PublicKeyRecord.parse(Octets.utf8(key.publicKeyRecord())).toOptional())
                    .flatMap(PublicKeyRecord::key)
                    .contains(key.publicKey());
        }
    }

    @Test
    void aZoneLineHasTheRecordInStringsOf255Octets() {
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
    void aSelectorMustBePartOfADomainName(String selector) {
        assertThatThrownBy(() -> new SigningIdentity(DomainName.of("example.org"), selector, TestKeys.ED25519))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
