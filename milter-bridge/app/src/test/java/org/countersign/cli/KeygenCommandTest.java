package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeygenCommandTest {
    @TempDir
    private Path temp;

    private KeygenFixture keys;

    @BeforeEach
    void createKeys() {
        keys = new KeygenFixture(temp);
    }

    @Test
    void writesTheKeyReadableByItsOwnerOnly() throws IOException {
        CommandRun run = keys.keygen();
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.pem())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(keys.pem().getParent())))
                .isEqualTo("rwx------");
        assertThat(keys.pem()).content().startsWith("-----BEGIN PRIVATE KEY-----\n");
    }

    @Test
    void keepsOnlyTheDirectoryOfTheKeysFromOthers() throws IOException {
        Path usual = Files.createDirectory(temp.resolve("usual"));
        CommandRun run = CommandRun.of(
                "keygen",
                "--domain=example.org",
                "--selector=s1",
                "--algorithm=ed25519",
                "--out=" + temp.resolve("etc/keys"));
        assertThat(run.status()).isZero();
        assertThat(Files.getPosixFilePermissions(temp.resolve("etc"))).isEqualTo(Files.getPosixFilePermissions(usual));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temp.resolve("etc/keys"))))
                .isEqualTo("rwx------");
    }

    @Test
    void theGroupOfTheServiceMayReadAKeyInItsDirectory() throws IOException {
        Path directory = keys.pem().getParent();
        Files.createDirectories(directory);
        int group = 54_321;
        assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(directory, "unix:uid")), "needs root");
        Files.setAttribute(directory, "unix:gid", group);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-x---"));

        assertThat(keys.keygen("--algorithm", "ed25519").status()).isZero();
        assertThat(Files.getAttribute(keys.pem(), "unix:gid")).isEqualTo(group);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.pem())))
                .isEqualTo("rw-r-----");
    }

    /** Such as the home directory of a user, or that of a web server. */
    @Test
    void theGroupOfAnyOtherDirectoryMayNotReadAKey() throws IOException {
        Path directory = keys.pem().getParent();
        Files.createDirectories(directory);
        assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(directory, "unix:uid")), "needs root");
        Files.setAttribute(directory, "unix:gid", 54_321);
        Files.setAttribute(directory, "unix:uid", 54_321);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxr-x"));

        assertThat(keys.keygen("--algorithm", "ed25519").status()).isZero();
        assertThat(Files.getAttribute(keys.pem(), "unix:uid")).isEqualTo(0);
        assertThat(Files.getAttribute(keys.pem(), "unix:gid")).isNotEqualTo(54_321);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.pem())))
                .isEqualTo("rw-------");
    }

    @Test
    void showsTheRecordToPublishAndTheSettings() throws IOException {
        CommandRun run = keys.keygen("--algorithm", "ed25519");
        assertThat(keys.record())
                .startsWith("s2026._domainkey.example.org. IN TXT ( \"v=DKIM1; k=ed25519; p=")
                .endsWith(" )\n");
        assertThat(run.out())
                .contains(keys.record())
                .contains("- domain: example.org\n", "selector: \"s2026\"\n", "key-file: \"" + keys.pem() + "\"\n")
                .doesNotContain(Files.readAllLines(keys.pem()).get(1));
    }

    @Test
    void neverOverwrites() throws IOException {
        keys.keygen("--algorithm", "ed25519");
        String before = Files.readString(keys.pem());
        CommandRun run = keys.keygen("--algorithm", "ed25519");
        assertThat(run.status()).isEqualTo(73);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .isEqualTo("countersign: " + keys.pem()
                        + " exists and is not overwritten: choose another selector or another --out\n");
        assertThat(keys.pem()).hasContent(before);
    }

    @Test
    void writesNothingIfTheRecordFileExists() throws IOException {
        Files.createDirectories(keys.pem().getParent());
        Files.writeString(keys.pem().resolveSibling("example.org.s2026.zone"), "mine");
        assertThat(keys.keygen("--algorithm", "ed25519").status()).isEqualTo(73);
        assertThat(keys.pem()).doesNotExist();
    }

    @Test
    void cannotWriteBelowAFile() throws IOException {
        Files.writeString(temp.resolve("new"), "a file");
        CommandRun run = keys.keygen("--algorithm", "ed25519");
        assertThat(run.status()).isEqualTo(73);
        assertThat(run.err()).startsWith("countersign: ").hasLineCount(1);
    }

    @Test
    void warnsAboutAWeakKey() {
        CommandRun run = keys.keygen("--bits", "1024");
        assertThat(run.status()).isZero();
        assertThat(run.err())
                .startsWith("countersign: a key of less than 2048 bits is weak;")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--bits=512", "--bits=99999", "--bits=many", "--algorithm=dsa", "--what", "extra"})
    void refusesWrongUsage(String argument) {
        CommandRun run = keys.keygen(argument);
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
                KeygenFixture.MESSAGE, "sign", "-", "--domain=example.org", "--selector=" + selector, "--key=none.pem");
        assertThat(signed.status()).isEqualTo(64);
        assertThat(signed.err()).contains("\"" + selector + "\" is not a selector such as s2026");
    }

    @ParameterizedTest
    @ValueSource(strings = {"s1", "a.b", "2026-11", "S1", "a--b"})
    void acceptsASelectorThatRfc6376Allows(String selector) {
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
        CommandRun run = keys.keygen("--algorithm", "ed25519", "--bits", "2048");
        assertThat(run.status()).isEqualTo(64);
        assertThat(run.err())
                .isEqualTo("countersign keygen: --bits is for RSA keys only; omit it;"
                        + " see countersign keygen --help\n");
    }

    @Test
    void refusesAnInvalidDomain() {
        CommandRun run = CommandRun.of("keygen", "--domain", "a b", "--selector", "s", "--out", "x");
        assertThat(run.status()).isEqualTo(64);
        assertThat(run.err())
                .isEqualTo("countersign keygen: Invalid value for option '--domain': \"a b\" is not a domain name"
                        + " such as example.org; see countersign keygen --help\n");
    }

    @Test
    void refusesADomainOfOneLabel() {
        CommandRun run = CommandRun.of(
                "keygen",
                "--domain",
                "example",
                "--selector",
                "s",
                "--out",
                temp.resolve("new").toString());
        assertThat(run.status()).isEqualTo(64);
        assertThat(run.err())
                .isEqualTo("countersign keygen: Invalid value for option '--domain': \"example\" is a single label: a"
                        + " signing domain has at least two, such as example.org; see countersign keygen --help\n");
        assertThat(temp.resolve("new")).doesNotExist();
    }

    @Test
    void warnsOfAPublicSuffix() {
        CommandRun run = CommandRun.of(
                "keygen", "--domain=co.uk", "--algorithm=ed25519", "--selector=s", "--out=" + temp.resolve("new"));
        assertThat(run.status()).isZero();
        assertThat(run.err())
                .startsWith("countersign: warning: co.uk is a public suffix")
                .hasLineCount(1);
    }

    @Test
    void reportsMissingOptions() {
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
