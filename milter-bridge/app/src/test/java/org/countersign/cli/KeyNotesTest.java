package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.countersign.rotation.FakeAuthority;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Each command of {@code key} names what it leaves alone, here a key of the table whose file is not there. */
@Execution(ExecutionMode.CONCURRENT)
class KeyNotesTest {
    private static final String LINE = "example.org  example.org  old  keys/old.pem\n";

    @TempDir
    Path folder;

    private Instant now = Instant.parse("2026-11-28T02:30:00Z");
    private Optional<FakeAuthority> authority = Optional.empty();

    @BeforeEach
    void start() throws IOException {
        authority = Optional.of(FakeAuthority.start("example.org", "127.0.0.1", Optional.empty()));
        Files.writeString(folder.resolve("mx.yaml"), "signing:\n  table-file: signing.table\n");
        Files.writeString(folder.resolve("signing.table"), LINE);
    }

    @AfterEach
    void stop() throws IOException {
        authority.orElseThrow().close();
    }

    private CommandRun key(String... words) {
        return KeyRun.of(folder, now, List.of(authority.orElseThrow()), words);
    }

    private void assertNoted(int status, String... words) {
        CommandRun run = key(words);
        assertThat(run.status()).as(run.out() + run.err()).isEqualTo(status);
        assertThat(run.err())
                .startsWith("countersign: " + folder.resolve("signing.table")
                        + ":1: the key file of old._domainkey.example.org cannot be read by this command, so this key is"
                        + " left alone\n");
    }

    @Test
    void commandsThatShowRecords() {
        assertNoted(1, "record", "example.org");
        assertNoted(0, "new", "example.org", "--selector", "s1");
        assertNoted(0, "record", "example.org", "--zone");
        assertNoted(0, "publish", "example.org", "--print", "--server", "127.0.0.1");
    }

    @Test
    void commandsThatChangeWhatSigns() throws IOException {
        CommandRun made = key("new", "example.org", "--selector", "s1");
        assertNoted(0, "activate", "example.org", "--when-ready");
        authority.orElseThrow().publish(KeyRun.recordName(made), KeyRun.recordText(made));
        Files.writeString(folder.resolve("signing.table"), "");
        assertThat(key("tick").status()).isZero();
        now = now.plus(Duration.ofHours(3));
        assertThat(key("tick").out()).contains("it signs from now on");
        Path table = folder.resolve("signing.table");
        Files.writeString(table, LINE + Files.readString(table));
        assertNoted(0, "retire", "example.org", "s1", "--at", "2026-12-24", "--even-the-last");
        assertNoted(0, "retire", "example.org", "s1", "--even-the-last");
    }
}
