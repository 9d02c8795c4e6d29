package org.countersign.importer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.FrontEnd;
import org.countersign.config.ParsedConfiguration;
import org.countersign.keys.SigningKey;
import org.countersign.service.FileFailure;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Key files of every kind, and what an import makes of them. The outcomes of the old programs were found by running OpenDKIM 2.11
 * and rspamd 3.4 with such files.
 */
class OldKeyFilesTest {
    private static final byte[] RSA = rsa(2048);
    private static final byte[] SHORT = rsa(512);
    private static final byte[] WEAK = rsa(1024);
    private static final byte[] ED25519 = Base64.getDecoder().decode(TestPem.BASE64);
    // RFC 8463 §A.2, the public half.
    private static final byte[] ED25519_PUBLIC =
            Base64.getDecoder().decode("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
    // EncryptedPrivateKeyInfo (RFC 5958 §3) with PBES2 and no parameters.
    private static final byte[] ENCRYPTED = HexFormat.of().parseHex("3013300b06092a864886f70d01050d040400112233");
    private static final String DEFERRED = "OpenDKIM deferred every mail";

    @TempDir
    Path directory;

    private static byte[] rsa(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair().getPrivate().getEncoded();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] pkcs1(byte[] pkcs8) throws IOException {
        return PrivateKeyInfo.getInstance(pkcs8)
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + lines(der) + "\n-----END " + label + "-----\n";
    }

    private static String lines(byte[] der) {
        return Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    }

    private static byte[] seed() {
        return Arrays.copyOfRange(ED25519, ED25519.length - 32, ED25519.length);
    }

    private static byte[] file(String kind) throws IOException {
        String pkcs8 = pem("PRIVATE KEY", RSA);
        return switch (kind) {
            case "PKCS#8" -> octets(pkcs8);
            case "PKCS#1" -> octets(pem("RSA PRIVATE KEY", pkcs1(RSA)));
            case "1024 bits" -> octets(pem("RSA PRIVATE KEY", pkcs1(WEAK)));
            case "512 bits" -> octets(pem("RSA PRIVATE KEY", pkcs1(SHORT)));
            case "512 bits, PKCS#8" -> octets(pem("PRIVATE KEY", SHORT));
            case "CR LF" -> octets(pkcs8.replace("\n", "\r\n"));
            case "base64 of PKCS#8" -> octets(lines(RSA));
            case "base64 of PKCS#1" -> octets(lines(pkcs1(RSA)).replace("\n", ""));
            case "DER of PKCS#8" -> RSA;
            case "DER of PKCS#1" -> pkcs1(RSA);
            case "DER, 512 bits" -> SHORT;
            case "comment above" -> octets("# the key of the shop\n" + pkcs8);
            case "byte order mark" -> octets("\uFEFF" + pkcs8);
            case "one line" -> octets(pkcs8.replace("\n", ""));
            case "Ed25519 in PEM" -> octets(pem("PRIVATE KEY", ED25519));
            case "Ed25519 seed" -> octets(Base64.getEncoder().encodeToString(seed()) + "\n");
            case "Ed25519 pair" -> octets(Base64.getEncoder().encodeToString(pair()));
            case "Ed25519 seed, binary" -> seed();
            case "Ed25519 pair, binary" -> pair();
            case "encrypted" -> octets(pem("ENCRYPTED PRIVATE KEY", ENCRYPTED));
            case "encrypted, traditional" ->
                octets(
                        pem("RSA PRIVATE KEY", RSA)
                                .replaceFirst(
                                        "\n",
                                        "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"));
            case "public half" -> octets(pem("PUBLIC KEY", RSA));
            case "certificate" -> octets(pem("CERTIFICATE", RSA));
            case "DNS record" -> octets("s._domainkey IN TXT ( \"v=DKIM1; k=rsa; p=MIIB\" )\n");
            case "cut" -> octets(pkcs8.substring(0, 700));
            case "no END line" -> octets(pkcs8.substring(0, pkcs8.indexOf("-----END")));
            case "empty" -> new byte[0];
            case "NUL octets" -> new byte[1700];
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static byte[] pair() {
        byte[] both = Arrays.copyOf(seed(), 64);
        System.arraycopy(ED25519_PUBLIC, 0, both, 32, 32);
        return both;
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Path write(String name, byte[] octets, String mode) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, octets);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }

    private ImportRequest request(boolean out) {
        return new ImportRequest(
                Optional.of(directory), Map.of(), Optional.empty(), Optional.empty(), name -> List.of(), false, out);
    }

    private ImportResult opendkim(String lines, boolean out) throws IOException, FileFailure {
        write("etc/opendkim.conf", octets(lines), "rw-r--r--");
        return Importer.opendkim(Path.of("/etc/opendkim.conf"), Optional.empty(), request(out));
    }

    private ImportResult rspamd() throws IOException, FileFailure {
        write(
                "etc/rspamd/local.d/dkim_signing.conf",
                octets("domain { a.example { selector = \"s\"; path = \"/keys/k\"; } }\n"),
                "rw-r--r--");
        return Importer.rspamd(
                Path.of("/etc/rspamd/local.d/dkim_signing.conf"), Optional.empty(), List.of(), request(true));
    }

    private static final String TABLES = "KeyTable csl:k=a.example:s:/keys/k\nSigningTable csl:a.example=k\n";

    /** The class of what is said of the key, and whether it signs; "-" where nothing is said. */
    private static String outcome(ImportResult result, String said) {
        assertThat(result.keyFiles().values())
                .allSatisfy(copy -> assertThat(SigningKey.parse(copy)).isInstanceOf(Parsed.Value.class));
        // The settings of a front end are not known here.
        String policy = result.policy().replaceAll("(?m)^listen:.*\n", "");
        assertThat(ConfigurationParser.parse("x.yaml", Octets.utf8(policy), FrontEnd.NONE))
                .describedAs(policy)
                .isInstanceOf(ParsedConfiguration.Valid.class);
        return findings(result, said)
                        .map(Finding::kind)
                        .map(FindingClass::keyword)
                        .orElse("-")
                + (result.keys().isEmpty() ? " unsigned" : " signed")
                + (result.keyFiles().isEmpty() ? "" : " copy");
    }

    private static Optional<Finding> findings(ImportResult result, String said) {
        return result.findings().stream()
                .filter(finding -> finding.said().equals(said))
                .findFirst();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        PKCS#8                 | - signed            | - signed
        PKCS#1                 | - signed            | - signed
        1024 bits              | - signed            | - signed
        CR LF                  | - signed            | - signed
        512 bits               | danger unsigned     | danger unsigned
        512 bits, PKCS#8       | danger unsigned     | danger unsigned
        base64 of PKCS#8       | changed signed copy | changed signed copy
        base64 of PKCS#1       | changed signed copy | changed signed copy
        DER of PKCS#8          | danger unsigned     | changed signed copy
        DER of PKCS#1          | danger unsigned     | changed signed copy
        DER, 512 bits          | danger unsigned     | danger unsigned
        comment above          | changed signed      | changed signed
        byte order mark        | changed signed      | changed signed
        one line               | changed signed      | changed signed
        Ed25519 in PEM         | changed signed      | changed signed
        Ed25519 seed           | changed signed      | - signed
        Ed25519 pair           | changed signed      | - signed
        Ed25519 seed, binary   | danger unsigned     | changed signed copy
        Ed25519 pair, binary   | danger unsigned     | changed signed copy
        encrypted              | danger unsigned     | danger unsigned
        encrypted, traditional | danger unsigned     | danger unsigned
        public half            | danger unsigned     | danger unsigned
        certificate            | danger unsigned     | danger unsigned
        DNS record             | danger unsigned     | danger unsigned
        cut                    | danger unsigned     | danger unsigned
        no END line            | danger unsigned     | danger unsigned
        empty                  | danger unsigned     | danger unsigned
        NUL octets             | danger unsigned     | danger unsigned
        """)
    void eachKindOfFile(String kind, String ofOpendkim, String ofRspamd) throws Exception {
        write("keys/k", file(kind), "rw-------");
        assertThat(outcome(opendkim(TABLES, true), "k")).isEqualTo(ofOpendkim);
        assertThat(outcome(rspamd(), "a.example s")).isEqualTo(ofRspamd);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        512 bits       | OpenDKIM refused every mail that needs it with 550, because the key has 512 bits | rspamd signed with it. Make a new key
        DER, 512 bits  | OpenDKIM deferred every mail that needs this key | rspamd signed with it. Make a new key
        encrypted      | openssl pkey -in FILE -out NEWFILE. OpenDKIM deferred every mail | rspamd did not sign with it either
        no END line    | is the file complete? OpenDKIM deferred every mail | is the file complete? rspamd did not sign with it
        Ed25519 in PEM | an Ed25519 key cannot make rsa-sha256 | rspamd reads no Ed25519 key in PEM
        """)
    void whatTheOldProgramDidIsSaidAsItWas(String kind, String ofOpendkim, String ofRspamd) throws Exception {
        write("keys/k", file(kind), "rw-------");
        assertThat(findings(opendkim(TABLES, true), "k").orElseThrow().explanation())
                .contains(ofOpendkim);
        assertThat(findings(rspamd(), "a.example s").orElseThrow().explanation())
                .contains(ofRspamd);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        MinimumKeyBits 2048               | 1024 bits    | changed signed  | refused every mail that needs it with 550
        MinimumKeyBits 0                  | 1024 bits    | - signed        | ''
        MinimumKeyBits 512                | 512 bits     | danger unsigned | OpenDKIM signed with it
        SignatureAlgorithm ed25519-sha256 | Ed25519 seed | changed signed  | begins with the BEGIN line
        SignatureAlgorithm ed25519-sha256 | Ed25519 in PEM | - signed      | ''
        SignatureAlgorithm ed25519-sha256 | PKCS#8       | changed signed  | a=ed25519-sha256 for this RSA key
        """)
    void directivesDecideWhichKeysOpendkimUsed(String line, String kind, String expected, String why) throws Exception {
        write("keys/k", file(kind), "rw-------");
        ImportResult result = opendkim(line + "\n" + TABLES, true);
        assertThat(outcome(result, "k")).isEqualTo(expected);
        assertThat(findings(result, "k").map(Finding::explanation).orElse("")).contains(why);
    }

    @Test
    void withoutADirectoryForItAConvertedKeyIsADecision() throws Exception {
        write("keys/k", file("base64 of PKCS#8"), "rw-------");
        ImportResult result = opendkim(TABLES, false);
        assertThat(outcome(result, "k")).isEqualTo("danger unsigned");
        assertThat(findings(result, "k").orElseThrow().explanation()).contains("Give --out DIR");
    }

    @ParameterizedTest
    @CsvSource({"rw-r--r--, changed signed copy", "rw-rw-rw-, changed signed copy", "rw-r-----, - signed"})
    void aFileThatOthersCanReadIsCopied(String mode, String expected) throws Exception {
        write("keys/k", file("PKCS#8"), mode);
        assertThat(outcome(opendkim(TABLES, true), "k")).isEqualTo(expected);
    }

    @Test
    void aFileThatCannotBeReadIsNamedWithItsReason() throws Exception {
        Files.createDirectories(directory.resolve("keys/k"));
        assertThat(findings(opendkim(TABLES, true), "k").orElseThrow().explanation())
                .contains("/keys/k is a directory")
                .contains(DEFERRED);
        Files.delete(directory.resolve("keys/k"));
        Files.createSymbolicLink(directory.resolve("keys/k"), directory.resolve("keys/k"));
        assertThat(findings(opendkim(TABLES, true), "k").orElseThrow().kind()).isEqualTo(FindingClass.DANGER);
        Files.delete(directory.resolve("keys/k"));
        assertThat(findings(opendkim(TABLES, true), "k").orElseThrow().explanation())
                .startsWith("The key file does not exist. " + DEFERRED);
    }

    @Test
    void withoutTheKeyOfASingleDomainOpendkimDoesNotStart() throws Exception {
        ImportResult result = opendkim("Domain a.example\nSelector s\nKeyFile /keys/k\n", true);
        assertThat(findings(result, "KeyFile /keys/k").orElseThrow().explanation())
                .contains("does not start without it");
        assertThat(result.keys()).isEmpty();
    }
}
