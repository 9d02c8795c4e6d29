package org.countersign.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.countersign.cli.Markdown;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Sieve script and the configuration of Dovecot in docs/policy.md, read by the programs of Dovecot. */
class DovecotSieveIT {
    private static final String DOCUMENT = "docs/policy.md";

    @TempDir
    private Path directory;

    @BeforeEach
    void dovecotIsInstalled() {
        MtaTools.assumeInstalled("doveconf", "sieve-test");
    }

    @Test
    void mailInQuarantineIsFiledInTheFolderJunk() throws IOException {
        assertThat(actions("X-Countersign-Verdict: quarantine; rule=dmarc-reject\r\n"))
                .contains("store message in folder: Junk")
                .doesNotContain("INBOX");
    }

    @Test
    void otherMailIsKept() throws IOException {
        assertThat(actions("")).contains("store message in folder: INBOX").doesNotContain("Junk");
        assertThat(actions("X-Countersign-Verdict: tag; rule=bounce-without-author\r\n"))
                .contains("store message in folder: INBOX")
                .doesNotContain("Junk");
    }

    @Test
    void dovecotReadsTheConfiguration() throws IOException {
        Path file = Files.writeString(
                directory.resolve("dovecot.conf"),
                "mail_plugins =\nprotocols = lmtp\n"
                        + Markdown.blocks(DOCUMENT, "dovecot").getFirst());
        assertThat(MtaTools.run(directory.resolve("output"), "doveconf", "-n", "-c", file.toString()))
                .contains("sieve_before = /etc/dovecot/sieve/countersign.sieve", "mail_plugins = \" sieve\"")
                .doesNotContain("Error");
    }

    /** What the script does with a message that begins with a field. */
    private String actions(String field) throws IOException {
        // Dovecot never works as root, so its own user enters the directory.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        int user = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        int id = user == 0 ? 65534 : user;
        Path settings = Files.writeString(directory.resolve("sieve.conf"), """
            mail_location = maildir:%1$s/mail
            mail_home = %1$s
            mail_uid = %2$d
            mail_gid = %2$d
            first_valid_uid = %2$d
            first_valid_gid = %2$d
            """.formatted(directory, id));
        Path script = Files.writeString(
                directory.resolve("countersign.sieve"),
                Markdown.blocks(DOCUMENT, "sieve").getFirst());
        Path message =
                Files.writeString(directory.resolve("message.eml"), field + "From: a@bank.example\r\n\r\nHello\r\n");
        return MtaTools.run(
                directory.resolve("output"),
                "sieve-test",
                "-c",
                settings.toString(),
                script.toString(),
                message.toString());
    }
}
