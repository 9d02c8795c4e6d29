package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.countersign.dkim.DkimResult;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that keygen encrypts, and sign decrypts. */
class EncryptedKeyTest {
    @TempDir
    private Path temp;

    private KeygenFixture keys;

    @BeforeEach
    void createKeys() {
        keys = new KeygenFixture(temp);
    }

    private Path secret(String text, String mode) throws IOException {
        Path file = Files.writeString(temp.resolve("secret"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Test
    void anEncryptedKeySignsOnlyWithItsPassphrase() throws IOException {
        Path secret = secret("correct horse\n", "rw-------");
        CommandRun made = keys.keygen("--passphrase-file", secret.toString());
        assertThat(made.status()).isZero();
        assertThat(made.out()).contains("passphrase-file: \"" + secret + "\"").doesNotContain("correct horse");
        assertThat(Files.readString(keys.pem())).startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");

        CommandRun closed = keys.sign(KeygenFixture.MESSAGE, keys.pem());
        assertThat(closed.status()).isEqualTo(65);
        assertThat(closed.err()).contains("the key is encrypted").hasLineCount(1);

        CommandRun signed = CommandRun.withInput(
                KeygenFixture.MESSAGE,
                "sign",
                "-",
                "--domain=example.org",
                "--selector=s2026",
                "--key=" + keys.pem(),
                "--passphrase-file=" + secret);
        assertThat(signed.status()).isZero();
        assertThat(keys.verify(signed.out())).singleElement().isInstanceOf(DkimResult.Pass.class);
    }

    @Test
    void keygenRefusesAMissingOrReadablePassphrase() throws IOException {
        assertThat(keys.keygen("--passphrase-file", secret("\n", "rw-------").toString())
                        .err())
                .contains("has no passphrase")
                .hasLineCount(1);
        assertThat(keys.keygen("--passphrase-file", secret("open", "rw-r--r--").toString())
                        .err())
                .contains("chmod 600")
                .hasLineCount(1);
        assertThat(keys.pem()).doesNotExist();
    }
}
