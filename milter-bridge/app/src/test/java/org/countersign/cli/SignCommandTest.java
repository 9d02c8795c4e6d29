package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.countersign.dkim.DkimResult;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignCommandTest {
    @TempDir
    private Path temp;

    private KeygenFixture keys;

    @BeforeEach
    void createKeys() {
        keys = new KeygenFixture(temp);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ed25519"})
    void makesASignatureThatVerifies(String algorithm) throws IOException {
        keys.keygen("--algorithm", algorithm);
        CommandRun run = keys.sign(KeygenFixture.MESSAGE, keys.pem());
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("DKIM-Signature: ").endsWith(KeygenFixture.MESSAGE);
        assertThat(keys.verify(run.out())).singleElement().isInstanceOf(DkimResult.Pass.class);
        assertThat(keys.verify(run.out().replace("Hello", "Hullo")))
                .singleElement()
                .isInstanceOf(DkimResult.Fail.class);
    }

    @Test
    void keepsTheLineEndsOfAMailbox() throws IOException {
        keys.keygen("--algorithm", "ed25519");
        String input = "From a@example.org Mon Nov 23 12:00:00 2026\n" + KeygenFixture.MESSAGE.replace("\r\n", "\n");
        CommandRun run = keys.sign(input, keys.pem());
        assertThat(run.out())
                .doesNotContain("\r")
                .startsWith("From a@example.org Mon Nov 23 12:00:00 2026\nDKIM-Signature: ")
                .endsWith(KeygenFixture.MESSAGE.replace("\r\n", "\n"));
        assertThat(keys.verify(run.out())).singleElement().isInstanceOf(DkimResult.Pass.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: a@example.org\r\nFrom: b@example.org\r\n",
                "From: a@example.org, b@other.example\r\n",
                "From: MAILER-DAEMON <>\r\n"
            })
    void refusesAMessageThatTheFilterLeavesUnsigned(String fields) throws IOException {
        keys.keygen("--algorithm", "ed25519");
        CommandRun run = keys.sign(fields + "\r\nHello\r\n", keys.pem());
        assertThat(run.status()).isEqualTo(65);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("countersign: standard input is not signed: ");
    }

    @Test
    void signsForAnAuthorInAnUnusualSpelling() throws IOException {
        keys.keygen("--algorithm", "ed25519");
        CommandRun run = keys.sign("From: Smith, John <a@example.org>\r\n\r\nHello\r\n", keys.pem());
        assertThat(run.status()).isZero();
        assertThat(keys.verify(run.out())).singleElement().isInstanceOf(DkimResult.Pass.class);
    }

    @Test
    void readsAFile() throws IOException {
        keys.keygen("--algorithm", "ed25519");
        Path file = Files.writeString(temp.resolve("mail.eml"), KeygenFixture.MESSAGE, StandardCharsets.ISO_8859_1);
        CommandRun run = CommandRun.of(
                "sign",
                file.toString(),
                "--domain",
                "example.org",
                "--selector",
                "s2026",
                "--key",
                keys.pem().toString());
        assertThat(run.status()).isZero();
        assertThat(keys.verify(run.out())).singleElement().isInstanceOf(DkimResult.Pass.class);
    }

    @Test
    void refusesAMissingFile() {
        keys.keygen("--algorithm", "ed25519");
        CommandRun run = CommandRun.of(
                "sign",
                "none.eml",
                "--domain",
                "example.org",
                "--selector",
                "s",
                "--key",
                keys.pem().toString());
        assertThat(run.status()).isEqualTo(66);
        assertThat(run.err()).isEqualTo("countersign: none.eml does not exist: check the name\n");
    }

    @Test
    void refusesInputWithoutAMessage() {
        keys.keygen("--algorithm", "ed25519");
        CommandRun empty = keys.sign("", keys.pem());
        assertThat(empty.status()).isEqualTo(65);
        assertThat(empty.err()).isEqualTo("countersign: standard input is empty: it has no message\n");
        CommandRun anonymous = keys.sign("Subject: x\r\n\r\n", keys.pem());
        assertThat(anonymous.status()).isEqualTo(65);
        assertThat(anonymous.out()).isEmpty();
        assertThat(anonymous.err()).isEqualTo("countersign: standard input has no From field: is it a message?\n");
    }

    @Test
    void refusesAFileWithoutAKey() throws IOException {
        Path file = Files.writeString(temp.resolve("k.pem"), "not a key");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        CommandRun run = keys.sign(KeygenFixture.MESSAGE, file);
        assertThat(run.status()).isEqualTo(65);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("countersign: " + file + ": ").hasLineCount(1);
    }

    @Test
    void refusesAKeyFileThatOthersCanRead() throws IOException {
        keys.keygen("--algorithm", "ed25519");
        Files.setPosixFilePermissions(keys.pem(), PosixFilePermissions.fromString("rw-r--r--"));
        CommandRun run = keys.sign(KeygenFixture.MESSAGE, keys.pem());
        assertThat(run.status()).isEqualTo(77);
        assertThat(run.err()).contains("chmod 600 " + keys.pem()).hasLineCount(1);
    }

    @Test
    void aDeviceIsAsWrongAsAFileWithoutAKey() throws IOException {
        CommandRun run = keys.sign(KeygenFixture.MESSAGE, Path.of("/dev/null"));
        assertThat(run.status()).isEqualTo(65);
        assertThat(run.err()).startsWith("countersign: /dev/null is a device");
    }

    /** A change of the permissions of a file such as /etc/passwd would harm the system. */
    @Test
    void aFileThatIsNoKeyIsNamedAsSuchAndKeepsItsPermissions() throws IOException {
        Path file = Files.writeString(temp.resolve("passwd"), "root:x:0:0:root:/root:/bin/bash\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        CommandRun run = keys.sign(KeygenFixture.MESSAGE, file);
        assertThat(run.err())
                .startsWith("countersign: " + file + ": this is no private key")
                .doesNotContain("chmod", "chown")
                .hasLineCount(1);
        assertThat(run.status()).isEqualTo(65);
        Files.write(file, new byte[70_000]);
        assertThat(keys.sign(KeygenFixture.MESSAGE, file).err())
                .contains("is it the right file?")
                .doesNotContain("chmod");
    }
}
