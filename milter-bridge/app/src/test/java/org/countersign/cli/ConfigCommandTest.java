package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.countersign.ops.ServiceCheck;
import org.countersign.service.ProcessIdentity;
import org.countersign.service.check.Findings;
import org.countersign.testing.FreePort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandTest {
    private static final Path PYTHON = Path.of("/usr/bin/python3");

    @TempDir
    private Path temp;

    private final int port = FreePort.find();

    private CommandRun check(String policy, String... options) throws IOException {
        Path file = Files.writeString(temp.resolve("mx.yaml"), policy);
        // No Postfix is read from an empty directory.
        List<String> words = new ArrayList<>(
                List.of("config", "check", "--no-dns", "--config=" + file, "--postfix=" + temp.resolve("none")));
        words.addAll(List.of(options));
        return CommandRun.of(words.toArray(String[]::new));
    }

    private String listen() {
        return "listen: [\"inet:127.0.0.1:" + port + "\"]\n";
    }

    @Test
    void aGoodFileIsOk() throws IOException {
        CommandRun run = check("mode: monitor\n" + listen());
        assertThat(run.out()).contains("OK: ").endsWith(" rules, 0 keys, 1 listener\n");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
    }

    @Test
    void allProblemsAreShownAtOnceEachOnOneLine() throws IOException {
        CommandRun run = check("""
                mode: enforcee
                listen: ["unix:/none/m.sock"]
                http: { listen: "0.0.0.0:%d" }
                signing:
                  keys:
                    - { domain: example.org, selector: s1, key-file: one.pem }
                """.formatted(port));
        assertThat(run.out().replace(temp + "/", "").lines().filter(line -> !line.startsWith("note")))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .isEqualTo(
                                        "error    mx.yaml:1: mode: expected monitor or enforce, found \"enforcee\"; did"
                                                + " you mean enforce?"),
                        line -> assertThat(line)
                                .isEqualTo(
                                        "error    mx.yaml:6: signing.keys[0].key-file: one.pem does not exist: check the"
                                                + " name"),
                        line -> assertThat(line)
                                .startsWith(
                                        "error    mx.yaml:2: listen: cannot listen on unix:/none/m.sock: the directory"
                                                + " /none does not exist"),
                        line -> assertThat(line)
                                .startsWith("warning  mx.yaml:3: http.listen: 0.0.0.0:" + port + " can be"),
                        line -> assertThat(line)
                                .startsWith("NOT OK: 3 errors, 1 warning (")
                                .endsWith(" rules, 0 keys, 1 listener)"));
        assertThat(run.status()).isEqualTo(1);
    }

    /** A process that listens on the port, with a word in its command line. */
    private Process listener(String word) throws IOException {
        assumeTrue(Files.isExecutable(PYTHON), "python3 is not installed");
        Process process = new ProcessBuilder(
                        PYTHON.toString(),
                        "-c",
                        "import socket,sys; s=socket.create_server(('127.0.0.1'," + port
                                + ")); print(flush=True); sys.stdin.read()",
                        word)
                .start();
        assertThat(process.getInputStream().read()).isEqualTo('\n');
        return process;
    }

    @Test
    void aPortOfTheRunningServiceIsInOrder() throws IOException {
        Process process = listener("/usr/lib/countersign/countersign");
        try {
            CommandRun run = check("mode: monitor\n" + listen());
            assertThat(run.out())
                    .contains("note     the running countersign (process " + process.pid()
                            + ") listens on inet:127.0.0.1:" + port + "\n");
            assertThat(run.status()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aPortOfAnotherProgramIsAnErrorWithItsName() throws IOException {
        Process process = listener("another");
        try {
            CommandRun run = check("mode: monitor\n" + listen());
            assertThat(run.out().replace(temp + "/", ""))
                    .contains("error    mx.yaml:2: listen: cannot listen on inet:127.0.0.1:" + port + ": the process "
                            + process.pid() + " (python3");
            assertThat(run.status()).isEqualTo(1);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aLogOrAStoreThatCannotBeWrittenIsAnError() throws IOException {
        CommandRun run = check("mode: monitor\n" + listen()
                + "log: { to: file, file: /none/mail.log }\ntrace: { days: 1 }\nstore: { file: none/store.db }\n");
        assertThat(run.out().replace(temp + "/", "").lines().filter(line -> line.startsWith("error")))
                .containsExactly(
                        "error    mx.yaml:3: log.file: the directory /none does not exist: create it, with the user of"
                                + " the service as its owner",
                        "error    mx.yaml:5: store.file: the directory none does not exist: create it, with the user of"
                                + " the service as its owner");
    }

    @Test
    void aLogWithoutTheSocketOfSyslogIsAnError() throws IOException {
        CommandRun run = check("mode: monitor\n" + listen() + "log: { to: syslog, socket: /none/log }\n");
        assertThat(run.out().replace(temp + "/", ""))
                .contains("error    mx.yaml:3: log.to: /none/log does not exist: start the program that reads it");
    }

    @Test
    void aDatabaseNeedsItsPasswordFile() throws IOException {
        CommandRun run = check("mode: monitor\n" + listen() + "trace: { days: 1 }\n"
                + "store: { url: \"jdbc:postgresql://db.example/c\", user: c, password-file: pw }\n");
        assertThat(run.out().replace(temp + "/", ""))
                .contains("error    mx.yaml:4: store.password-file: pw does not exist: check the name\n")
                .doesNotContain("store.url");
    }

    @Test
    void aLogThatTheUserOfTheServiceMayNotWriteIsAnError() throws IOException {
        assumeTrue(ProcessIdentity.of("nobody").isPresent(), "there is no user nobody");
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        String log = "log: { to: file, file: " + temp.resolve("m.log") + " }\n";
        CommandRun run = check("mode: monitor\n" + listen() + log, "--as=nobody");
        assertThat(run.out())
                .contains("log.file: the user nobody may not write to " + temp + ", which belongs to ")
                .contains(": chown nobody: " + temp + ", or choose another directory\n");
    }

    @Test
    void aDamagedStoreIsAnErrorWithTheCommandThatMovesItAway() throws IOException {
        Path store = Files.writeString(temp.resolve("store.db"), "no database ".repeat(100));
        CommandRun run = check("mode: monitor\n" + listen() + "trace: { days: 1 }\nstore: { file: " + store + " }\n");
        assertThat(run.out().replace(temp + "/", ""))
                .contains("error    mx.yaml:4: store.file: store.db is not an SQLite file: move it away (mv store.db ");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsAnError() throws IOException {
        CommandRun run = check("mode: monitor\n" + listen() + "trace: { days: 1 }\nstore: { url:"
                + " \"jdbc:postgresql://127.0.0.1:" + port + "/c\", user: c }\n");
        assertThat(run.out().replace(temp + "/", ""))
                .contains("error    mx.yaml:4: store.url: jdbc:postgresql://127.0.0.1:" + port
                        + "/c does not answer: Connection to 127.0.0.1:" + port + " refused");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void theFilesNextToTheStoreMustBeWritableToo() throws IOException {
        assumeTrue(ProcessIdentity.of("nobody").isPresent(), "there is no user nobody");
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path store = Files.createFile(temp.resolve("store.db"));
        Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rw-rw-rw-"));
        Path index = Files.createFile(temp.resolve("store.db-shm"));
        Files.setPosixFilePermissions(index, PosixFilePermissions.fromString("r--r--r--"));
        CommandRun run = check(
                "mode: monitor\n" + listen() + "trace: { days: 1 }\nstore: { file: " + store + " }\n", "--as=nobody");
        assertThat(run.out()).contains("store.file: the user nobody may not write to " + index + ", which belongs to ");
    }

    @Test
    void passwordsOfReportsAreCheckedLikeKeys() throws IOException {
        String imap =
                "protect: [example.org]\nreports: { receive: { imap: { host: imap.example, user: d, password-file: pw"
                        + " } } }\n";
        assertThat(check("mode: monitor\n" + listen() + imap).out().replace(temp + "/", ""))
                .contains(
                        "error    mx.yaml:4: reports.receive.imap.password-file: pw does not exist: check the name\n");
        Path password = Files.writeString(temp.resolve("pw"), "secret");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(check("mode: monitor\n" + listen() + imap).out().replace(temp + "/", ""))
                .contains("password-file: pw is open to every user of this machine, so it is refused: chmod 600 pw ");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        assertThat(check("mode: monitor\n" + listen() + imap).out()).doesNotContain("password-file");
    }

    @Test
    void aPortThatTheUserOfTheServiceMayNotUseIsAnError() throws IOException {
        assumeTrue(ProcessIdentity.of("nobody").isPresent(), "there is no user nobody");
        // Port 1 is free on every machine, and only root can find that out.
        assumeTrue(ProcessIdentity.current().filter(ProcessIdentity::isRoot).isPresent(), "not root");
        CommandRun run = check("mode: monitor\n" + listen() + "http: { listen: \"127.0.0.1:1\" }\n", "--as=nobody");
        assertThat(run.out())
                .contains(
                        "http.listen: cannot listen on inet:127.0.0.1:1: the user nobody may not use ports below 1024:"
                                + " choose a higher one\n");
    }

    @Test
    void namesOfMailServicesThatCannotBeReadAreAWarning() throws IOException {
        CommandRun run = check("mode: monitor\n" + listen() + "reports: { services-file: none.txt }\n");
        assertThat(run.out())
                .contains("reports.services-file: " + temp.resolve("none.txt") + " does not exist: check the name");
        assertThat(run.status()).isZero();
    }

    @Test
    void aTraceThatIsLargerThanTheDiskIsAWarning() throws IOException {
        assumeTrue(Files.getFileStore(temp).getUsableSpace() < 1L << 40, "the disk has room for the largest trace");
        CommandRun run = check(
                "mode: monitor\n" + listen() + "trace: { days: 1, max-size: 1024GiB }\nstore: { file: store.db }\n");
        assertThat(run.out()).contains("mx.yaml:3: trace.max-size: is 1048576 MiB, and the disk of ");
        assertThat(run.status()).isZero();
    }

    @Test
    void theEffectiveConfigurationIsAPolicyFile() throws IOException {
        CommandRun run = check("mode: enforce\n" + listen(), "--effective");
        assertThat(run.out()).contains("mode: enforce  # mx.yaml:1\n", "drain-timeout: 25s  # default\n");
        assertThat(run.status()).isZero();
        assertThat(check(run.out(), "--effective").out()).contains("mode: enforce  # mx.yaml:");
        assertThat(check("mode: x\n", "--effective").status()).isEqualTo(78);
    }

    @Test
    void jsonHasTheSameFindings() throws IOException {
        CommandRun run = check("mode: enforcee\n" + listen(), "--json");
        assertThat(run.json())
                .containsEntry("/errors", "1")
                .containsEntry("/listeners", "1")
                .containsEntry("/findings/0/level", "error")
                .hasEntrySatisfying("/findings/0/text", text -> assertThat(text).endsWith("did you mean enforce?"));
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void anUnknownUserIsAUsageError() throws IOException {
        CommandRun run = CommandRun.of("config", "check", "--config=x.yaml", "--as=no-such-user");
        assertThat(run.status()).isEqualTo(64);
        assertThat(run.err()).contains("there is no user \"no-such-user\"");
    }

    private static String written(boolean folded, boolean coloured) {
        Findings findings = new Findings();
        findings.note("dns.servers: 127.0.0.1:53 answers (3 ms)");
        findings.warning("mx.yaml: indirect-flow: is empty in mode enforce: mail of mailing lists and forwarders is"
                + " rejected; name the lists");
        findings.error("mx.yaml:6: keys/one.pem does not exist: check the name");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        new FindingsText(stream, stream, folded, coloured).write(findings, new ServiceCheck.Scope(8, 31, 2));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aTerminalGetsLinesOfEightyColumns() {
        assertThat(written(true, false)).isEqualTo("""
                error    mx.yaml:6: keys/one.pem does not exist: check the name
                warning  mx.yaml: indirect-flow: is empty in mode enforce: mail of mailing lists
                         and forwarders is rejected; name the lists
                note     dns.servers: 127.0.0.1:53 answers (3 ms)
                NOT OK: 1 error, 1 warning (8 rules, 31 keys, 2 listeners)
                """);
    }

    @Test
    void coloursMarkTheLevelAlone() {
        assertThat(written(true, true)).startsWith("\u001B[1;31merror    \u001B[0mmx.yaml:6: keys/one.pem does");
        assertThat(written(false, false)).doesNotContain("\u001B");
    }

    @Test
    void aPipeGetsOneLineForEachFinding() {
        assertThat(written(false, false).lines())
                .hasSize(4)
                .element(1)
                .asString()
                .endsWith("rejected; name the lists");
    }
}
