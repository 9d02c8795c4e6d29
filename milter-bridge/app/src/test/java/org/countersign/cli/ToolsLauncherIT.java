package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.countersign.dns.StaticZone;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The commands of a postmaster as a shell runs them: with the launcher, in a directory of their files. What they write to
 * which stream, their exit status, and the commands of {@code docs/check.md}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
class ToolsLauncherIT {
    private static final Path ROOT = Path.of(System.getProperty("countersign.root"));

    private final ZoneServer dns = ZoneServer.start(StaticZone.builder()
            .txt("bulk.example", "v=spf1 include:_spf.bulk.example -all")
            .txt("_spf.bulk.example", "v=spf1 ip4:203.0.113.0/24 -all")
            .txt("_dmarc.bank.example", "v=DMARC1; p=reject")
            .build());

    private Path temp;
    private Path app;
    private Path work;

    /** What a command wrote, and how it ended. */
    private record Outcome(int status, String out, String err) {}

    /** The launcher with a library that names the classes of this build, and the files of the documents. */
    @BeforeAll
    void install(@TempDir Path directory) throws IOException {
        temp = directory;
        app = temp.resolve("app");
        Files.createDirectories(app.resolve("lib"));
        Files.copy(ROOT.resolve("countersign"), app.resolve("countersign"));
        assertThat(app.resolve("countersign").toFile().setExecutable(true)).isTrue();
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                                .map(entry -> Path.of(entry).toUri().toString())
                                .collect(Collectors.joining(" ")));
        new JarOutputStream(Files.newOutputStream(app.resolve("lib/classes.jar")), manifest).close();

        work = Files.createDirectory(temp.resolve("work"));
        CommandRun.of(
                "keygen",
                "--domain=example.org",
                "--selector=s1",
                "--algorithm=ed25519",
                "--out=" + work.resolve("keys"));
        Files.writeString(work.resolve("countersign.yaml"), """
                mode: enforce
                signing:
                  key-guard: { check-every: 0s }
                  keys: [{ domain: example.org, selector: s1, key-file: keys/example.org.s1.pem }]
                """);
        String forged = """
                Received: from out.bulk.example ([203.0.113.66]) by mx.home.example with ESMTPS id 1;
                 Mon, 23 Nov 2026 12:00:00 +0000
                From: Alice <alice@bank.example>
                Subject: Invoice

                Hello
                """;
        Files.writeString(work.resolve("mail.eml"), "Return-Path: <bounce@bulk.example>\n" + forged);
        Files.writeString(work.resolve("draft.eml"), "From: Alice <alice@example.org>\nSubject: Minutes\n\nHello\n");
        String separator = "From bounce@bulk.example Mon Nov 23 12:00:00 2026\n";
        Files.writeString(work.resolve("inbox.mbox"), (separator + forged + "\n").repeat(2) + separator + forged);
        for (String part : List.of("cur", "new", "tmp")) {
            Files.createDirectories(work.resolve("Maildir").resolve(part));
        }
        Files.writeString(work.resolve("Maildir/new/1.host"), forged);
        Files.createDirectories(work.resolve("archive/2026"));
        Files.writeString(work.resolve("archive/2026/a.eml"), forged);
    }

    @AfterAll
    void stop() {
        dns.close();
    }

    /** Runs a line of a shell in the directory of the files. */
    private Outcome run(String line) throws IOException, InterruptedException {
        Path out = Files.createTempFile(temp, "out", "");
        Path err = Files.createTempFile(temp, "err", "");
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", line)
                .directory(work.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        Map<String, String> environment = new TreeMap<>();
        environment.put("PATH", app + ":/usr/bin:/bin");
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        // A command is over before a better compiler pays.
        environment.put("COUNTERSIGN_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Xshare:auto");
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("TERM", "xterm-256color");
        shell.environment().clear();
        shell.environment().putAll(environment);
        Process process = shell.start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(line).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Outcome(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    private String server() {
        return " --dns 127.0.0.1:" + dns.address().getPort();
    }

    /** In their order, because one writes the case that the next one repeats. */
    @Test
    void theCommandsOfTheDocumentAboutCheckRunAsTheyAreWritten() throws Exception {
        List<String> statuses = new ArrayList<>();
        String first = "";
        for (String command : Markdown.commands("docs/check.md")) {
            Outcome outcome =
                    run(command.equals("countersign check --bundle case.zip --explain") ? command : command + server());
            statuses.add(outcome.status() + " " + command.replaceFirst("^countersign check ", ""));
            assertThat(outcome.out())
                    .as(command + "\n" + outcome.err())
                    .isNotEmpty()
                    .doesNotContain("\u001b");
            first = first.isEmpty() ? outcome.out() : first;
        }
        assertThat(statuses)
                .containsExactly(
                        "0 mail.eml --ip 203.0.113.66 --helo out.bulk.example --mail-from bounce@bulk.example --explain",
                        "1 --from-headers --trust 198.51.100.0/24 Maildir inbox.mbox --fail-on reject,tempfail",
                        "0 --recursive archive/",
                        "0 'inbox.mbox#3' --explain",
                        "0 draft.eml --config countersign.yaml --user alice@example.org",
                        "11 mail.eml --config countersign.yaml --bundle case.zip",
                        "11 --bundle case.zip --explain");
        Path document = ROOT.resolve("docs/check.md");
        String shown = Markdown.blocks("docs/check.md", "text").getFirst();
        // The changes to the header section are the same as in the message.
        String written = first.substring(0, first.indexOf("\nrules, until one matched"));
        if (Boolean.getBoolean("golden.apply")) {
            Files.writeString(document, Files.readString(document).replace(shown, written));
        } else {
            assertThat(shown).isEqualTo(written);
        }
    }

    @Test
    void theResultGoesToStandardOutputAndHintsToStandardError() throws Exception {
        Files.writeString(work.resolve("dns.txt"), "bulk.example. 300 IN TXT \"v=spf1 ip4:203.0.113.0/24 -all\"\n");
        Outcome lacking = run("countersign check mail.eml --replay dns.txt --color always");
        assertThat(lacking.status()).isEqualTo(75);
        assertThat(lacking.out()).contains("\u001b[");
        assertThat(lacking.err())
                .startsWith("countersign: the snapshot has no answer to ")
                .contains("TXT _dmarc.bank.example: --ask asks for it");

        // The reader of the pipe ends first: no message, and no stack trace.
        Outcome closed = run("countersign check inbox.mbox Maildir --replay dns.txt | head -n 1");
        assertThat(closed.out()).hasLineCount(1).startsWith("verdict ");
        assertThat(closed.err()).doesNotContain("\tat ", "internal error", "cannot be written");
    }

    /** One process of the program for each: what an administrator types first, and what is wrong with it. */
    @Test
    void eachCommandSaysWhatIsWrongOnStandardErrorAlone() throws Exception {
        Map<String, Integer> commands = new TreeMap<>(Map.of(
                "countersign doctor 'no domain'", 64,
                "countersign key status --config none.yaml", 66,
                "countersign import opendkim none.conf --offline --out imported", 66,
                "countersign simulate --archive none --policy none.yaml", 66));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<String, Future<Outcome>> outcomes = new TreeMap<>();
            commands.keySet().forEach(command -> outcomes.put(command, threads.submit(() -> run(command))));
            for (Map.Entry<String, Integer> command : commands.entrySet()) {
                Outcome outcome =
                        Objects.requireNonNull(outcomes.get(command.getKey())).get();
                assertThat(outcome.status())
                        .as(command.getKey() + "\n" + outcome.err())
                        .isEqualTo(command.getValue());
                assertThat(outcome.out()).as(command.getKey()).isEmpty();
                assertThat(outcome.err())
                        .as(command.getKey())
                        .startsWith("countersign")
                        .doesNotContain("\tat ");
            }
        }
    }
}
