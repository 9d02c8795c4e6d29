package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.countersign.dkim.DkimLimits;
import org.countersign.dkim.DkimResult;
import org.countersign.dkim.DkimVerification;
import org.countersign.dkim.DkimVerifier;
import org.countersign.dns.MessageLookups;
import org.countersign.dns.StaticZone;
import org.countersign.message.HeaderSection;
import org.countersign.message.MessageReader;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that one command makes are what the other signs with, and what the record that was made verifies. */
class KeygenAndSignTest {
    private static final String MESSAGE = "From: a@example.org\r\nSubject: caf\u00e9\r\n\r\nHello\r\n.\r\n\r\n\r\n";

    @TempDir
    private Path temp;

    private CommandRun keygen(String... more) {
        List<String> args = new ArrayList<>(List.of(
                "keygen",
                "--domain",
                "Example.org",
                "--selector",
                "s2026",
                "--out",
                temp.resolve("new/keys").toString()));
        args.addAll(List.of(more));
        return CommandRun.of(args.toArray(String[]::new));
    }

    private Path pem() {
        return temp.resolve("new/keys/example.org.s2026.pem");
    }

    private String record() throws IOException {
        return Files.readString(temp.resolve("new/keys/example.org.s2026.zone"));
    }

    private CommandRun sign(String input, Path key) {
        return CommandRun.withInput(
                input, "sign", "-", "--domain", "example.org", "--selector", "s2026", "--key", key.toString());
    }

    /** Verifies with the text between the quotes of the record that was made. */
    private List<DkimResult> verify(String message) throws IOException {
        String[] parts = record().split("\"", -1);
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < parts.length; i += 2) {
            text.append(parts[i]);
        }
        StaticZone zone = StaticZone.builder()
                .txt("s2026._domainkey.example.org", text.toString())
                .build();
        Verification verification = new Verification(new MessageLookups(zone, 10, Instant.MAX));
        MessageReader.pour(
                new ByteArrayInputStream(message.getBytes(StandardCharsets.ISO_8859_1)), verification, 10_000);
        return verification.finish();
    }

    private static final class Verification implements MessageSink {
        private final MessageLookups lookups;
        private final List<HeaderField> fields = new ArrayList<>();
        private final List<DkimVerification> begun = new ArrayList<>();

        Verification(MessageLookups lookups) {
            this.lookups = lookups;
        }

        @Override
        public void header(HeaderField field) {
            fields.add(field);
        }

        @Override
        public void endOfHeaders() {
            begun.add(new DkimVerifier(DkimLimits.DEFAULT, InstantSource.system())
                    .begin(new HeaderSection(fields), lookups, Runnable::run));
        }

        @Override
        public void body(byte[] octets, int offset, int length) {
            begun.get(0).body(octets, offset, length);
        }

        List<DkimResult> finish() {
            return begun.get(0).finish();
        }
    }

    @Nested
    class Keygen {
        @Test
        void writesTheKeyForItsOwnerAlone() throws IOException {
            CommandRun run = keygen();
            assertThat(run.status()).isZero();
            assertThat(run.err()).isEmpty();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pem())))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pem().getParent())))
                    .isEqualTo("rwx------");
            assertThat(pem()).content().startsWith("-----BEGIN PRIVATE KEY-----\n");
        }

        @Test
        void saysWhatToPublishAndWhatToConfigure() throws IOException {
            CommandRun run = keygen("--algorithm", "ed25519");
            assertThat(record())
                    .startsWith("s2026._domainkey.example.org. IN TXT ( \"v=DKIM1; k=ed25519; p=")
                    .endsWith(" )\n");
            assertThat(run.out())
                    .contains(record())
                    .contains("- domain: example.org\n", "selector: \"s2026\"\n", "key-file: \"" + pem() + "\"\n")
                    .doesNotContain(Files.readAllLines(pem()).get(1));
        }

        @Test
        void neverOverwrites() throws IOException {
            keygen("--algorithm", "ed25519");
            String before = Files.readString(pem());
            CommandRun run = keygen("--algorithm", "ed25519");
            assertThat(run.status()).isEqualTo(73);
            assertThat(run.out()).isEmpty();
            assertThat(run.err())
                    .isEqualTo("countersign: " + pem()
                            + " exists and is not overwritten: choose another selector or another --out\n");
            assertThat(pem()).hasContent(before);
        }

        @Test
        void leavesNothingBehindWhenTheRecordExists() throws IOException {
            Files.createDirectories(pem().getParent());
            Files.writeString(pem().resolveSibling("example.org.s2026.zone"), "mine");
            assertThat(keygen("--algorithm", "ed25519").status()).isEqualTo(73);
            assertThat(pem()).doesNotExist();
        }

        @Test
        void cannotWriteBelowAFile() throws IOException {
            Files.writeString(temp.resolve("new"), "a file");
            CommandRun run = keygen("--algorithm", "ed25519");
            assertThat(run.status()).isEqualTo(73);
            assertThat(run.err()).startsWith("countersign: ").hasLineCount(1);
        }

        @Test
        void warnsOfAWeakKey() {
            CommandRun run = keygen("--bits", "1024");
            assertThat(run.status()).isZero();
            assertThat(run.err())
                    .startsWith("countersign: a key of less than 2048 bits is weak;")
                    .hasLineCount(1);
        }

        @ParameterizedTest
        @ValueSource(strings = {"--bits=512", "--bits=99999", "--bits=many", "--algorithm=dsa", "--what", "extra"})
        void refusesWrongUsage(String argument) {
            CommandRun run = keygen(argument);
            assertThat(run.status()).isEqualTo(64);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).startsWith("countersign keygen: ").hasLineCount(1);
            assertThat(temp.resolve("new")).doesNotExist();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "s_1",
                    "-s1",
                    "s1-",
                    "a.-b",
                    "a-.b",
                    "s1._domainkey",
                    "s1._domainkey.example.org.",
                    "s1.",
                    ".s1",
                    "s1..a",
                    "s 1",
                    "s1;",
                    "_"
                })
        void refusesASelectorThatRfc6376DoesNotAllow(String selector) {
            CommandRun made = CommandRun.of(
                    "keygen", "--domain=example.org", "--selector=" + selector, "--out=" + temp.resolve("new"));
            assertThat(made.status()).isEqualTo(64);
            assertThat(made.err())
                    .contains("\"" + selector + "\" is not a selector such as s2026")
                    .hasLineCount(1);
            assertThat(temp.resolve("new")).doesNotExist();
            CommandRun signed = CommandRun.withInput(
                    MESSAGE, "sign", "-", "--domain=example.org", "--selector=" + selector, "--key=none.pem");
            assertThat(signed.status()).isEqualTo(64);
            assertThat(signed.err()).contains("\"" + selector + "\" is not a selector such as s2026");
        }

        @ParameterizedTest
        @ValueSource(strings = {"s1", "a.b", "2026-11", "S1", "a--b"})
        void takesASelectorThatRfc6376Allows(String selector) {
            CommandRun made = CommandRun.of(
                    "keygen",
                    "--domain=example.org",
                    "--algorithm=ed25519",
                    "--selector=" + selector,
                    "--out=" + temp.resolve("new"));
            assertThat(made.status()).isZero();
        }

        @Test
        void refusesASizeForAnEd25519Key() {
            CommandRun run = keygen("--algorithm", "ed25519", "--bits", "2048");
            assertThat(run.status()).isEqualTo(64);
            assertThat(run.err())
                    .isEqualTo("countersign keygen: --bits is for RSA keys only; omit it;"
                            + " see countersign keygen --help\n");
        }

        @Test
        void refusesWhatIsNoDomain() {
            CommandRun run = CommandRun.of("keygen", "--domain", "a b", "--selector", "s", "--out", "x");
            assertThat(run.status()).isEqualTo(64);
            assertThat(run.err())
                    .isEqualTo("countersign keygen: Invalid value for option '--domain': \"a b\" is not a domain name"
                            + " such as example.org; see countersign keygen --help\n");
        }

        @Test
        void saysWhatIsMissing() {
            CommandRun run = CommandRun.of("keygen", "--domain", "example.org");
            assertThat(run.status()).isEqualTo(64);
            assertThat(run.err()).contains("--selector", "--out").hasLineCount(1);
        }

        @Test
        void showsExamplesInItsHelp() {
            CommandRun run = CommandRun.of("keygen", "--help");
            assertThat(run.status()).isZero();
            assertThat(run.out()).contains("Usage: countersign keygen", "Examples:");
        }
    }

    @Nested
    class Sign {
        @ParameterizedTest
        @ValueSource(strings = {"rsa", "ed25519"})
        void makesASignatureThatVerifies(String algorithm) throws IOException {
            keygen("--algorithm", algorithm);
            CommandRun run = sign(MESSAGE, pem());
            assertThat(run.status()).isZero();
            assertThat(run.err()).isEmpty();
            assertThat(run.out()).startsWith("DKIM-Signature: ").endsWith(MESSAGE);
            assertThat(verify(run.out())).singleElement().isInstanceOf(DkimResult.Pass.class);
            assertThat(verify(run.out().replace("Hello", "Hullo")))
                    .singleElement()
                    .isInstanceOf(DkimResult.Fail.class);
        }

        @Test
        void keepsTheLineEndsOfAMailbox() throws IOException {
            keygen("--algorithm", "ed25519");
            String input = "From a@example.org Mon Nov 23 12:00:00 2026\n" + MESSAGE.replace("\r\n", "\n");
            CommandRun run = sign(input, pem());
            assertThat(run.out())
                    .doesNotContain("\r")
                    .startsWith("From a@example.org Mon Nov 23 12:00:00 2026\nDKIM-Signature: ")
                    .endsWith(MESSAGE.replace("\r\n", "\n"));
            assertThat(verify(run.out())).singleElement().isInstanceOf(DkimResult.Pass.class);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "From: a@example.org\r\nFrom: b@example.org\r\n",
                    "From: a@example.org, b@other.example\r\n",
                    "From: MAILER-DAEMON <>\r\n"
                })
        void refusesWhatTheFilterLeavesUnsigned(String fields) throws IOException {
            keygen("--algorithm", "ed25519");
            CommandRun run = sign(fields + "\r\nHello\r\n", pem());
            assertThat(run.status()).isEqualTo(65);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).startsWith("countersign: standard input is not signed: ");
        }

        @Test
        void signsForAnAuthorInAnUnusualSpelling() throws IOException {
            keygen("--algorithm", "ed25519");
            CommandRun run = sign("From: Smith, John <a@example.org>\r\n\r\nHello\r\n", pem());
            assertThat(run.status()).isZero();
            assertThat(verify(run.out())).singleElement().isInstanceOf(DkimResult.Pass.class);
        }

        @Test
        void readsAFile() throws IOException {
            keygen("--algorithm", "ed25519");
            Path file = Files.writeString(temp.resolve("mail.eml"), MESSAGE, StandardCharsets.ISO_8859_1);
            CommandRun run = CommandRun.of(
                    "sign",
                    file.toString(),
                    "--domain",
                    "example.org",
                    "--selector",
                    "s2026",
                    "--key",
                    pem().toString());
            assertThat(run.status()).isZero();
            assertThat(verify(run.out())).singleElement().isInstanceOf(DkimResult.Pass.class);
        }

        @Test
        void wantsAMessageThatIsThere() {
            keygen("--algorithm", "ed25519");
            CommandRun run = CommandRun.of(
                    "sign", "none.eml", "--domain", "example.org", "--selector", "s", "--key", pem().toString());
            assertThat(run.status()).isEqualTo(66);
            assertThat(run.err()).isEqualTo("countersign: none.eml does not exist: check the name\n");
        }

        @Test
        void wantsAMessage() {
            keygen("--algorithm", "ed25519");
            CommandRun empty = sign("", pem());
            assertThat(empty.status()).isEqualTo(65);
            assertThat(empty.err()).isEqualTo("countersign: standard input is empty: it has no message\n");
            CommandRun anonymous = sign("Subject: x\r\n\r\n", pem());
            assertThat(anonymous.status()).isEqualTo(65);
            assertThat(anonymous.out()).isEmpty();
            assertThat(anonymous.err()).isEqualTo("countersign: standard input has no From field: is it a message?\n");
        }

        @Test
        void wantsAKeyThatIsOne() throws IOException {
            Path file = Files.writeString(temp.resolve("k.pem"), "not a key");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            CommandRun run = sign(MESSAGE, file);
            assertThat(run.status()).isEqualTo(65);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).startsWith("countersign: " + file + ": ").hasLineCount(1);
        }

        @Test
        void wantsAKeyThatIsKeptSecret() throws IOException {
            keygen("--algorithm", "ed25519");
            Files.setPosixFilePermissions(pem(), PosixFilePermissions.fromString("rw-r--r--"));
            CommandRun run = sign(MESSAGE, pem());
            assertThat(run.status()).isEqualTo(77);
            assertThat(run.err()).contains("chmod 600 " + pem()).hasLineCount(1);
        }
    }

    @Nested
    class Encrypted {
        private Path secret(String text, String mode) throws IOException {
            Path file = Files.writeString(temp.resolve("secret"), text);
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        }

        @Test
        void keysSignWithTheirPassphraseAndNotWithout() throws IOException {
            Path secret = secret("correct horse\n", "rw-------");
            CommandRun made = keygen("--passphrase-file", secret.toString());
            assertThat(made.status()).isZero();
            assertThat(made.out())
                    .contains("passphrase-file: \"" + secret + "\"")
                    .doesNotContain("correct horse");
            assertThat(Files.readString(pem())).startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");

            CommandRun closed = sign(MESSAGE, pem());
            assertThat(closed.status()).isEqualTo(65);
            assertThat(closed.err()).contains("the key is encrypted").hasLineCount(1);

            CommandRun signed = CommandRun.withInput(
                    MESSAGE,
                    "sign",
                    "-",
                    "--domain=example.org",
                    "--selector=s2026",
                    "--key=" + pem(),
                    "--passphrase-file=" + secret);
            assertThat(signed.status()).isZero();
            assertThat(verify(signed.out())).singleElement().isInstanceOf(DkimResult.Pass.class);
        }

        @Test
        void keysAreNotMadeWithAPassphraseThatIsNoneOrThatOthersCanRead() throws IOException {
            assertThat(keygen("--passphrase-file", secret("\n", "rw-------").toString())
                            .err())
                    .contains("has no passphrase")
                    .hasLineCount(1);
            assertThat(keygen("--passphrase-file", secret("open", "rw-r--r--").toString())
                            .err())
                    .contains("chmod 600")
                    .hasLineCount(1);
            assertThat(pem()).doesNotExist();
        }
    }
}
