package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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

/** What {@code key tick} does from cron, and what it leaves to a person. */
@Execution(ExecutionMode.CONCURRENT)
class KeyTickTest {
    private static final CommandRun SILENT = new CommandRun(0, "", "");
    private static final String POLICY = "signing:\n  table-file: signing.table\n";

    @TempDir
    Path folder;

    private Instant now = Instant.parse("2026-11-28T02:30:00Z");
    private Optional<FakeAuthority> authority = Optional.empty();

    @BeforeEach
    void start() throws IOException {
        Files.writeString(folder.resolve("mx.yaml"), POLICY);
        Files.writeString(folder.resolve("signing.table"), "");
        authority = Optional.of(FakeAuthority.start("example.org", "127.0.0.1", Optional.empty()));
    }

    @AfterEach
    void stop() throws IOException {
        authority.orElseThrow().close();
    }

    private CommandRun key(String... words) {
        return KeyRun.of(folder, now, List.of(authority.orElseThrow()), words);
    }

    private void publish(CommandRun made) throws IOException {
        authority.orElseThrow().publish(KeyRun.recordName(made), KeyRun.recordText(made));
    }

    private void later(Duration time) {
        now = now.plus(time);
    }

    private String table() throws IOException {
        return Files.readString(folder.resolve("signing.table"));
    }

    private void readyKey() throws IOException {
        publish(key("new", "example.org", "--selector", "s1", "--when-ready"));
        assertThat(key("tick").status()).isZero();
        assertThat(key("tick")).isEqualTo(SILENT);
        later(Duration.ofHours(3));
    }

    @Test
    void autoActivatesKeysAndMakesTheirSuccessors() throws IOException {
        publish(key("new", "example.org"));
        key("tick", "--auto");
        later(Duration.ofHours(3));
        assertThat(key("tick", "--auto").out()).contains("it signs from now on");
        assertThat(table()).contains("r202611");
        later(Duration.ofDays(300));
        assertThat(key("tick", "--auto")).isEqualTo(SILENT);
        later(Duration.ofDays(80));
        CommandRun successor = key("tick", "--auto");
        assertThat(successor.status()).isEqualTo(1);
        assertThat(successor.out()).contains("r202712._domainkey.example.org");
        assertThat(table()).doesNotContain("r202712");
    }

    @Test
    void aPolicyThatWouldNotLoadKeepsAKeyInactiveAndIsTold() throws IOException {
        readyKey();
        Files.writeString(folder.resolve("mx.yaml"), POLICY + "protect: [example.org]\nlog:\n  format: nonsense\n");
        CommandRun broken = key("tick");
        assertThat(broken.status()).as(broken.out() + broken.err()).isNotZero();
        assertThat(table()).doesNotContain("s1");
        Files.writeString(folder.resolve("mx.yaml"), POLICY);
        assertThat(key("tick").out()).contains("it signs from now on");
        assertThat(table()).contains("s1");
        assertThat(key("tick")).isEqualTo(SILENT);
    }

    @Test
    void aKeyWhosePrivateKeyIsGoneIsNotActivated() throws IOException {
        readyKey();
        Path file = folder.resolve("keys/example.org.s1.pem");
        Path aside = folder.resolve("aside.pem");
        Files.move(file, aside);
        CommandRun missing = key("tick");
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.out() + missing.err()).contains("is not activated").contains(file.toString());
        assertThat(table()).doesNotContain("s1");
        Files.move(aside, file);
        assertThat(key("tick").out()).contains("it signs from now on");
    }

    @Test
    void aFaultOfAFileHasTheSameStatusAsInOtherCommands() throws IOException {
        readyKey();
        Path key = folder.resolve("keys/example.org.s1.pem");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        CommandRun open = key("activate", "example.org");
        assertThat(open.status()).as(open.err()).isEqualTo(77);
        assertThat(open.err()).contains("chmod");
        Files.delete(key);
        assertThat(key("activate", "example.org").status()).isEqualTo(66);
        Files.writeString(key, "no key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        assertThat(key("activate", "example.org").status()).isEqualTo(78);
        Files.writeString(folder.resolve("mx.yaml"), "signing:\n  table-file: keys\n");
        CommandRun directory = key("status", "example.org");
        assertThat(directory.status()).as(directory.err()).isEqualTo(66);
        assertThat(directory.err()).contains(folder.resolve("keys") + " is a directory: name a file in it");
    }

    @Test
    void aKeyRetiresAtTheTimeThatWasSet() throws IOException {
        readyKey();
        key("tick");
        assertThat(key("retire", "example.org", "s1", "--at", "2026-12-24").status())
                .isEqualTo(1);
        assertThat(key("retire", "example.org", "s1", "--at", "2026-12-24", "--even-the-last")
                        .status())
                .isZero();
        assertThat(table()).contains("retire-after=2026-12-25T00:00:00Z");
        assertThat(key("tick")).isEqualTo(SILENT);
        now = Instant.parse("2026-12-25T00:00:01Z");
        assertThat(key("tick").out()).contains("retired: its time in the table is over");
        later(Duration.ofDays(8));
        CommandRun removable = key("tick");
        assertThat(removable.status()).isEqualTo(1);
        assertThat(removable.out()).contains("s1._domainkey.example.org");
    }

    @Test
    void anotherProcessThatHoldsTheLockIsToldAndNothingIsDone() throws Exception {
        Path python = Path.of("/usr/bin/python3");
        assumeTrue(Files.isExecutable(python), python + " is not installed");
        readyKey();
        Process holder = new ProcessBuilder(
                        python.toString(),
                        "-c",
                        "import fcntl,sys\nf=open(sys.argv[1],'w')\nfcntl.lockf(f,fcntl.LOCK_EX)\nprint(1,flush=True)\nsys.stdin.read()",
                        folder.resolve("signing.table.lock").toString())
                .start();
        try {
            assertThat(holder.getInputStream().read()).isEqualTo('1');
            CommandRun locked = key("tick");
            assertThat(locked.status()).isEqualTo(75);
            assertThat(locked.err()).contains("is locked: another countersign key command runs");
            assertThat(table()).doesNotContain("s1");
        } finally {
            holder.destroy();
            holder.waitFor();
        }
        assertThat(key("tick").out()).contains("it signs from now on");
    }
}
