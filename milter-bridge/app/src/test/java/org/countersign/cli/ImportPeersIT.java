package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.countersign.milter.client.FilterOutcome;
import org.countersign.milter.client.MilterClient;
import org.countersign.milter.client.MtaMessage;
import org.countersign.milter.client.MtaOffer;
import org.countersign.milter.client.MtaSession;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.testing.FreePort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real programs with the old configuration, and the engine with the imported one, sign the same mails. */
@Timeout(240)
@Execution(ExecutionMode.CONCURRENT)
class ImportPeersIT {
    private static final Path OPENDKIM = Path.of("/usr/sbin/opendkim");
    private static final Path RSPAMD = Path.of("/usr/bin/rspamd");
    private static final List<String> MODULES = List.of(
            "greylist",
            "ratelimit",
            "history_redis",
            "rbl",
            "surbl",
            "fuzzy_check",
            "phishing",
            "arc",
            "neural",
            "bayes",
            "asn",
            "multimap",
            "mx_check",
            "replies",
            "dmarc");

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"two-offices", "hosting"})
    void opendkimSignsTheMailsOfTheTable(String name) throws Exception {
        assumeTrue(Files.isExecutable(OPENDKIM), "opendkim is not installed");
        ImportTree tree = ImportTree.copy(ImportGoldenTest.TREES.resolve(name), directory.resolve("tree"));
        ImportedPolicy policy = imported(tree);
        relocate(tree.root(), List.of("/etc/opendkim"));
        int port = FreePort.find();
        Path configuration = tree.root().resolve("etc/opendkim.conf");
        Files.writeString(
                configuration,
                Files.readString(configuration).replaceAll("(?m)^(UserID|Socket|RequireSafeKeys|Syslog).*", "")
                        + "\nRequireSafeKeys no\nSyslog no\n");
        Process process = new ProcessBuilder(
                        OPENDKIM.toString(), "-f", "-x", configuration.toString(), "-p", "inet:" + port + "@127.0.0.1")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("opendkim.log").toFile())
                .start();
        compare(process, port, tree, policy);
    }

    @Test
    void rspamdSignsTheMailsOfTheTable() throws Exception {
        assumeTrue(Files.isExecutable(RSPAMD), "rspamd is not installed");
        ImportTree tree = ImportTree.copy(ImportGoldenTest.TREES.resolve("spam-filter"), directory.resolve("tree"));
        ImportedPolicy policy = imported(tree);
        Path base = tree.root().resolve("etc/rspamd");
        relocate(tree.root(), List.of("/etc/rspamd"));
        int port = FreePort.find();
        Path local = base.resolve("local.d");
        Files.writeString(
                local.resolve("worker-proxy.inc"),
                "bind_socket = \"127.0.0.1:" + port + "\"; milter = yes; timeout = 20s;"
                        + " upstream \"local\" { default = yes; self_scan = yes; }\n");
        for (String worker : List.of("normal", "controller", "fuzzy")) {
            Files.writeString(local.resolve("worker-" + worker + ".inc"), "enabled = false;\n");
        }
        Files.writeString(local.resolve("logging.inc"), "type = \"console\";\n");
        // A short list of suffixes, because the whole one takes many seconds to compile.
        Files.writeString(base.resolve("suffixes"), "example\n");
        Files.writeString(
                local.resolve("options.inc"),
                "url_tld = \"" + base.resolve("suffixes")
                        + "\"; dns { nameserver = [\"127.0.0.1:9\"]; timeout = 0.1s; retransmits = 1; }\n");
        for (String module : MODULES) {
            Files.writeString(local.resolve(module + ".conf"), "enabled = false;\n");
        }
        List<String> command = new ArrayList<>(List.of(RSPAMD.toString(), "-f", "-i", "-c", "/etc/rspamd/rspamd.conf"));
        command.add("--var=LOCAL_CONFDIR=" + base);
        for (String variable : List.of("DBDIR", "RUNDIR", "LOGDIR")) {
            Path made = Files.createDirectories(directory.resolve(variable));
            command.add("--var=" + variable + "=" + made);
        }
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("rspamd.log").toFile())
                .start();
        compare(process, port, tree, policy);
    }

    private ImportedPolicy imported(ImportTree tree) throws Exception {
        Path out = directory.resolve("out");
        CommandRun run = ImportGoldenTest.run(tree, "--out", out.toString());
        assertThat(out.resolve("countersign.yaml")).describedAs(run.err()).exists();
        return ImportedPolicy.load(out.resolve("countersign.yaml"));
    }

    /** Lets the files of a tree name each other where they are. */
    private static void relocate(Path root, List<String> directories) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file);
                if (!text.startsWith("-----")) {
                    for (String name : directories) {
                        text = text.replace(name, root + name);
                    }
                    Files.writeString(file, text);
                }
            }
        }
    }

    private void compare(Process process, int port, ImportTree tree, ImportedPolicy policy) throws Exception {
        try {
            awaitPort(process, port);
            for (ImportTree.Mail mail : tree.mails()) {
                assertThat(signers(port, mail))
                        .describedAs("the other program: " + mail)
                        .isEqualTo(ImportedPolicy.sorted(mail.old()));
                assertThat(policy.signers(mail))
                        .describedAs("here: " + mail)
                        .isEqualTo(ImportedPolicy.sorted(mail.ours()));
            }
        } finally {
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private void awaitPort(Process process, int port) throws Exception {
        Instant end = Instant.now().plus(Duration.ofSeconds(200));
        while (Instant.now().isBefore(end)) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException notYet) {
                assertThat(process.isAlive()).describedAs("the program runs").isTrue();
                process.waitFor(50, TimeUnit.MILLISECONDS);
            }
        }
        throw new IOException("the program does not listen on port " + port);
    }

    private static String signers(int port, ImportTree.Mail mail) throws IOException {
        Map<String, String> connection = new HashMap<>(Map.of("j", "mx.example.org"));
        if (!mail.daemon().isEmpty()) {
            connection.put("daemon_name", mail.daemon());
        }
        Map<String, String> macros = new HashMap<>(Map.of("i", "4AbCdE"));
        if (!mail.login().isEmpty()) {
            macros.put("auth_authen", mail.login());
            macros.put("auth_type", "PLAIN");
        }
        MtaSession session = new MtaSession(
                mail.clientName(), ClientAddress.parseIp(mail.client(), 2525), "client.example", connection);
        MtaMessage message = new MtaMessage(
                mail.mailFrom().orElse(mail.from()),
                List.of(mail.recipient().isEmpty() ? "someone@elsewhere.example" : mail.recipient()),
                macros,
                List.of(
                        HeaderField.of("From", " " + mail.from()),
                        HeaderField.of("Date", " Sat, 28 Nov 2026 12:00:00 +0000"),
                        HeaderField.of("Message-ID", " <1@client.example>"),
                        HeaderField.of("Subject", " test")),
                Octets.latin1("Hello\r\n"));
        ListenAddress address = new ListenAddress.Inet("127.0.0.1", port, false);
        try (MilterClient client = MilterClient.connect(address, MtaOffer.ofPostfix())) {
            if (client.greet(session).isPresent()) {
                return "none";
            }
            FilterOutcome outcome = client.deliver(message);
            return outcome.header().stream()
                    .filter(field -> field.is("DKIM-Signature"))
                    .map(field -> SignatureNotation.of(field.value().latin1()))
                    .sorted()
                    .reduce((left, right) -> left + ", " + right)
                    .orElse("none");
        }
    }
}
