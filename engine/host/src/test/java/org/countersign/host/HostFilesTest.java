package org.countersign.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.ParsedConfiguration;
import org.countersign.config.ValueType;
import org.countersign.host.FileFailure.Reason;
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
                    .containsExactly("k.pem is open to every user of this machine, so the key is refused: chmod 600 "
                            + file + " (640 where the service reads it through its group)");
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
        private ParsedConfiguration.Valid<List<String>> read(Path file) throws FileFailure {
            return PolicyLoader.read(file, root -> root.list("listen", ValueType.TEXT, List.of()));
        }

        @Test
        void givesTheSettingsOfEngineAndHost() throws Exception {
            var valid = read(file("mx.yaml", "authserv-id: mx.example.org\nlisten: [a]\n", "rw-r--r--"));
            assertThat(valid.engine().authservId()).contains("mx.example.org");
            assertThat(valid.host()).containsExactly("a");
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
            Path file = file("mx.yaml", "#".repeat(ConfigurationParser.LARGEST + 1), "rw-r--r--");
            assertThat(failure(() -> read(file)).lines()).containsExactly(file + ":1: is larger than 1MiB");
            Path larger = file("larger.yaml", "#".repeat(ConfigurationParser.LARGEST + 2), "rw-r--r--");
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
            LoadedPolicy<Boolean> loaded =
                    PolicyLoader.load(file, root -> true, InstantSource.system(), (key, state) -> {});
            assertThat(loaded.keyCount()).isEqualTo(1);
            Files.delete(temp.resolve("keys/k.pem"));
            assertThat(failure(() -> PolicyLoader.load(file, root -> true, InstantSource.system(), (key, state) -> {}))
                            .lines())
                    .containsExactly(file + ":3: signing.keys[0].key-file: " + temp.resolve("keys/k.pem")
                            + " does not exist: check the name");
        }
    }
}
