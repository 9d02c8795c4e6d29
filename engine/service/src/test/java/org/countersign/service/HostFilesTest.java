package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.countersign.config.Configuration;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.FrontEnd;
import org.countersign.config.Section;
import org.countersign.config.ValueType;
import org.countersign.keys.KeyPairs;
import org.countersign.keys.Passphrase;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.service.FileFailure.Reason;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostFilesTest {
    @TempDir
    private Path temp;

    @FunctionalInterface
    private interface Reading {
        void run() throws FileFailure;
    }

    private static FileFailure failure(Reading reading) {
        FileFailure failure = catchThrowableOfType(FileFailure.class, reading::run);
        assertThat(failure).isNotNull();
        return failure;
    }

    private Path file(String name, String text, String mode) throws IOException {
        Path file = Files.writeString(temp.resolve(name), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Nested
    class FileThatCouldNotBeWritten {
        @Test
        void hasADirectoryThatDoesNotExist() {
            Path missing = temp.resolve("missing");
            assertThat(HostFiles.writeProblem(missing.resolve("a"), new NoSuchFileException("a")))
                    .isEqualTo(missing.resolve("a") + " cannot be written: the directory " + missing
                            + " does not exist: create it, or choose another one");
        }

        @Test
        void isADirectoryItself() {
            assertThat(HostFiles.writeProblem(temp, new FileSystemException(temp.toString(), null, "Is a directory")))
                    .isEqualTo(temp + " is a directory: name a file in it");
        }

        @Test
        void isBelowAFile() throws IOException {
            Path file = file("file", "", "rw-r--r--");
            assertThat(HostFiles.writeProblem(file.resolve("a"), new FileSystemException("a", null, "Not a directory")))
                    .endsWith(" cannot be written: " + file + " is no directory: choose another name");
        }

        @Test
        void hasNoRoomOnItsDisk() {
            assertThat(HostFiles.writeProblem(temp.resolve("a"), new IOException("No space left on device")))
                    .endsWith(
                            "a cannot be written: its disk is full: make room on the disk, or choose another directory");
        }

        @Test
        void isForbiddenForAnotherReasonThanOwnersAndPermissions() {
            assertThat(HostFiles.writeProblem(temp.resolve("a"), new AccessDeniedException("a")))
                    .contains("a cannot be written: permission denied: ");
        }

        @Test
        void failedForWhatTheSystemSays() {
            Path file = temp.resolve("a");
            assertThat(HostFiles.writeProblem(
                            file, new FileSystemException(file.toString(), null, "Input/output error")))
                    .isEqualTo(file
                            + " cannot be written: Input/output error: check its disk, or choose another directory");
        }
    }

    @Nested
    class AnyFile {
        @Test
        void isReadWhole() throws Exception {
            Path file = file("a", "text", "rw-r--r--");
            assertThat(HostFiles.read(file, "a", 4)).isEqualTo(Octets.utf8("text"));
        }

        @Test
        void mustBeThere() {
            FileFailure failure = failure(() -> HostFiles.read(temp.resolve("none"), "none", 9));
            assertThat(failure.reason()).isEqualTo(Reason.MISSING);
            assertThat(failure.lines()).containsExactly("none does not exist: check the name");
        }

        @Test
        void mustNotBeADirectory() {
            FileFailure failure = failure(() -> HostFiles.read(temp, "dir", 9));
            assertThat(failure.reason()).isEqualTo(Reason.MISSING);
            assertThat(failure.lines()).containsExactly("dir is a directory: name a file in it");
        }

        @Test
        void mustNotBeLarger() throws IOException {
            Path file = file("a", "12345", "rw-------");
            FileFailure failure = failure(() -> HostFiles.read(file, "a", 4));
            assertThat(failure.reason()).isEqualTo(Reason.TOO_LARGE);
            assertThat(failure.lines()).containsExactly("a is larger than 4 bytes: is it the right file?");
        }

        @Test
        void mustBeReadable() {
            FileFailure denied = HostFiles.failure(new AccessDeniedException("a"), "a");
            assertThat(denied.reason()).isEqualTo(Reason.FORBIDDEN);
            FileFailure broken = HostFiles.failure(new IOException("disk on fire"), "a");
            assertThat(broken.reason()).isEqualTo(Reason.UNREADABLE);
            assertThat(broken.lines()).containsExactly("a cannot be read: disk on fire");
        }
    }

    @Nested
    class KeyFile {
        @ParameterizedTest
        @ValueSource(strings = {"rw-------", "r--------", "rw-r-----", "r--r-----"})
        void isReadWhereOnlyOwnerAndGroupCanReadIt(String mode) throws Exception {
            Path file = file("k.pem", "secret", mode);
            assertThat(HostFiles.readSecret(file, "k.pem")).isEqualTo(Octets.utf8("secret"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"rw-r--r--", "rw----r--", "rw-----w-", "rwxrwxrwx"})
        void isRefusedWhereEverybodyCanReachIt(String mode) throws IOException {
            Path file = file("k.pem", "secret", mode);
            FileFailure failure = failure(() -> HostFiles.readSecret(file, "k.pem"));
            assertThat(failure.reason()).isEqualTo(Reason.FORBIDDEN);
            assertThat(failure.lines())
                    .containsExactly("k.pem is open to every user of this machine, so it is refused: chmod 600 " + file
                            + " (640 where the service reads it through its group)");
        }

        @Test
        void isRefusedWhereTheGroupCanChangeIt() throws IOException {
            Path file = file("k.pem", "secret", "rw-rw----");
            assertThat(failure(() -> HostFiles.readSecret(file, "k.pem")).lines())
                    .singleElement()
                    .satisfies(line -> assertThat(line).startsWith("k.pem can be changed by its group, "));
        }

        @Test
        void isJudgedByWhatALinkLeadsTo() throws IOException {
            Path link = Files.createSymbolicLink(temp.resolve("link"), file("k.pem", "secret", "rw-r--r--"));
            assertThat(failure(() -> HostFiles.readSecret(link, "link")).reason())
                    .isEqualTo(Reason.FORBIDDEN);
        }

        @Test
        void mustBeThere() {
            assertThat(failure(() -> HostFiles.readSecret(temp.resolve("none"), "none"))
                            .lines())
                    .containsExactly("none does not exist: check the name");
        }
    }

    @Nested
    class ConfigurationFile {
        private static final Section<List<String>> LISTEN = Section.atTopLevel(
                List.of(),
                keys -> keys.setting("listen", "Addresses.").nonEmptyList(ValueType.TEXT, addresses -> addresses));

        private Configuration read(Path file) throws FileFailure {
            return PolicyLoader.read(file, FrontEnd.of(LISTEN)).configuration();
        }

        @Test
        void givesTheSettingsOfTheEngineAndTheProgramAroundIt() throws Exception {
            Configuration valid = read(file("mx.yaml", "authserv-id: mx.example.org\nlisten: [a]\n", "rw-r--r--"));
            assertThat(valid.inbound().authserv().authservId()).isEqualTo("mx.example.org");
            assertThat(valid.extension(LISTEN)).containsExactly("a");
        }

        @Test
        void isRefusedWithALineForEachProblem() throws IOException {
            Path file = file("mx.yaml", "mod: enforce\n\nlisten: 7\n", "rw-r--r--");
            FileFailure failure = failure(() -> read(file));
            assertThat(failure.reason()).isEqualTo(Reason.INVALID);
            assertThat(failure.lines())
                    .containsExactly(
                            file + ":1: mod: unknown key; did you mean mode?",
                            file + ":3: listen: expected a list; write [\"7\"]");
        }

        @Test
        void isRefusedWhenItIsFarTooLarge() throws IOException {
            Path file = file("mx.yaml", "#".repeat(ConfigurationParser.MAX_SIZE + 1), "rw-r--r--");
            assertThat(failure(() -> read(file)).lines()).containsExactly(file + ":1: is larger than 1MiB");
            Path larger = file("larger.yaml", "#".repeat(ConfigurationParser.MAX_SIZE + 2), "rw-r--r--");
            assertThat(failure(() -> read(larger)).reason()).isEqualTo(Reason.TOO_LARGE);
        }

        @Test
        void namesKeyFilesFromWhereItIs() throws Exception {
            Files.createDirectory(temp.resolve("keys"));
            file("keys/k.pem", TestKeys.RFC_8463_ED25519_SEED, "rw-------");
            Path file = file(
                    "mx.yaml",
                    "signing:\n  keys:\n    - {domain: example.org, selector: s, key-file: keys/k.pem}\n",
                    "rw-r--r--");
            assertThat(TestPolicies.load(file).keyCount()).isEqualTo(1);
            Files.delete(temp.resolve("keys/k.pem"));
            assertThat(failure(() -> TestPolicies.load(file)).lines())
                    .containsExactly(file + ":3: signing.keys[0].key-file: " + temp.resolve("keys/k.pem")
                            + " does not exist: check the name");
        }
    }

    @Nested
    class EncryptedKey {
        private Path policy(String passphrase, String key) throws IOException {
            file("k.pem", key, "rw-------");
            return file(
                    "mx.yaml",
                    "signing:\n  keys:\n    - {domain: example.org, selector: s, key-file: k.pem%s}\n"
                            .formatted(passphrase),
                    "rw-r--r--");
        }

        private String line(Path policy) {
            return failure(() -> TestPolicies.load(policy)).lines().getFirst();
        }

        private static String encrypted(String passphrase) {
            return KeyPairs.generate(
                            SignatureAlgorithm.ED25519_SHA256,
                            0,
                            new SecureRandom(),
                            Optional.of(Passphrase.of(Octets.utf8(passphrase))))
                    .pem();
        }

        @Test
        void isOpenedByThePassphraseInAFileBesideThePolicy() throws Exception {
            Path policy = policy(", passphrase-file: secret", encrypted("correct-horse"));
            file("secret", "correct-horse\n", "rw-------");
            assertThat(TestPolicies.load(policy).keyCount()).isEqualTo(1);
        }

        @Test
        void isOpenedByThePassphraseInTheEnvironment() throws Exception {
            String path = Objects.requireNonNull(System.getenv("PATH"), "every test has a PATH");
            Path policy = policy(", passphrase-env: PATH", encrypted(path));
            assertThat(TestPolicies.load(policy).keyCount()).isEqualTo(1);
        }

        @Test
        void saysWhatItLacks() throws Exception {
            String key = encrypted("correct-horse");
            String named = ":3: signing.keys[0].key-file: " + temp.resolve("k.pem");
            assertThat(line(policy("", key))).contains(named + ": the key is encrypted: ", "passphrase-file");
            assertThat(line(policy(", passphrase-env: COUNTERSIGN_NO_SUCH", key)))
                    .contains(named + ": the environment has no variable COUNTERSIGN_NO_SUCH: set it");
            assertThat(line(policy(", passphrase-file: none", key)))
                    .contains(": passphrase file " + temp.resolve("none") + " does not exist: check the name");
        }

        @Test
        void isNotOpenedByAWrongPassphraseOrAnOpenOne() throws Exception {
            Path policy = policy(", passphrase-file: secret", encrypted("correct-horse"));
            file("secret", "battery-staple", "rw-------");
            assertThat(line(policy)).endsWith("k.pem: the passphrase does not open the key");
            Path open = file("secret", "correct-horse", "rw-r--r--");
            assertThat(line(policy)).contains("chmod 600 " + open).doesNotContain("correct-horse");
        }
    }
}
