package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
    private static final String LOCATION = "mx.yaml:3";

    @TempDir
    private Path directory;

    private Path resolve(String name) throws FileFailure {
        return Credentials.resolve(name, LOCATION, Optional.of(directory));
    }

    @Test
    void onlyAPrefixMakesANameACredential() {
        assertThat(Credentials.isName("credential:example.org.pem")).isTrue();
        assertThat(Credentials.isName("./credential:example.org.pem")).isFalse();
        assertThat(Credentials.isName("keys/example.org.pem")).isFalse();
    }

    @Test
    void areFilesInTheDirectoryOfSystemdWhateverTheirPermissions() throws IOException, FileFailure {
        Path file = Files.writeString(directory.resolve("example.org.pem"), "secret");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        assertThat(resolve("credential:example.org.pem")).isEqualTo(file);
        assertThat(Credentials.read(file, "key").latin1()).isEqualTo("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"credential:", "credential:.", "credential:..", "credential:../key", "credential:/etc/key"})
    void areNotFoundElsewhere(String name) {
        assertThatExceptionOfType(FileFailure.class)
                .isThrownBy(() -> resolve(name))
                .withMessageContaining(LOCATION)
                .withMessageContaining("without a directory");
    }

    @Test
    void aSecretOfThePolicyFileIsAFileBesideItUnlessItIsACredential() throws IOException, FileFailure {
        Path policy = directory.resolve("policy.yaml");
        Path file = Files.writeString(directory.resolve("password"), "secret");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(HostFiles.readSecret(policy, "password", "imap.password-file")
                        .latin1())
                .isEqualTo("secret");
        assertThatExceptionOfType(FileFailure.class)
                .isThrownBy(() -> HostFiles.readSecret(policy, "credential:none", "imap.password-file"))
                .withMessageContaining("imap.password-file: credential:none");
        // By its path, as settings keep it.
        assertThatExceptionOfType(FileFailure.class)
                .isThrownBy(() -> HostFiles.readSecret(
                        HostFiles.secretFile(policy, "credential:none"), "store.password-file: credential:none"))
                .withMessageContaining("store.password-file: credential:none");
    }

    @Test
    void aMissingOneIsReportedWithTheLineOfTheUnit() throws FileFailure {
        Path none = resolve("credential:none.pem");
        assertThatExceptionOfType(FileFailure.class)
                .isThrownBy(() -> Credentials.read(none, LOCATION + ": " + none))
                .withMessageContaining(LOCATION)
                .withMessageContaining("LoadCredential=none.pem:FILE");
    }

    @Test
    void aProcessWithoutAnyIsToldHowToGetThem() {
        assertThatExceptionOfType(FileFailure.class)
                .isThrownBy(() -> Credentials.resolve("credential:a.pem", LOCATION, Optional.empty()))
                .withMessageContaining(LOCATION)
                .withMessageContaining("CREDENTIALS_DIRECTORY")
                .withMessageContaining("LoadCredential=a.pem:FILE");
    }
}
