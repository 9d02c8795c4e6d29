package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogManager;
import org.countersign.milter.client.FilterOutcome;
import org.countersign.milter.client.MilterClient;
import org.countersign.milter.client.MtaMessage;
import org.countersign.milter.client.MtaOffer;
import org.countersign.milter.client.MtaSession;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.milter.wire.MilterReply;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.testing.FreePort;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServeCommandTest {
    @TempDir
    private Path temp;

    @AfterEach
    void restoreTheLog() throws IOException {
        LogManager.getLogManager().readConfiguration();
    }

    private Path policy(String text) throws IOException {
        return Files.writeString(temp.resolve("mx.yaml"), text);
    }

    @Test
    @Timeout(240)
    void servesUntilItIsInterrupted() throws Exception {
        CommandRun key =
                CommandRun.of("keygen", "--domain=example.org", "--selector=s", "--algorithm=ed25519", "--out=" + temp);
        assertThat(key.status()).isZero();
        Path file = policy("""
            listen: ["inet:127.0.0.1:0"]
            signing:
              keys: [{ domain: example.org, selector: s, key-file: example.org.s.pem }]
              key-guard: { check-every: 0s }
            """);
        PipedOutputStream log = new PipedOutputStream();
        BufferedReader lines = reader(log);
        FutureTask<Integer> program = serving(file, log);
        Thread thread = Thread.ofPlatform().name("serve").start(program);

        String listening = lines.readLine();
        assertThat(listening).contains(" event=listening address=inet:127.0.0.1:", " mode=monitor keys=1 ");
        String address = listening.replaceFirst("^.* address=(\\S+) .*$", "$1");
        FilterOutcome outcome = deliver(ListenAddress.parse(address).orElseThrow(), "ORIGINATING");
        assertThat(outcome.isAccepted()).isTrue();
        assertThat(outcome.modifications())
                .singleElement()
                .isInstanceOfSatisfying(
                        MilterReply.InsertHeader.class,
                        insert -> assertThat(insert.value().latin1()).contains("d=example.org;", " s=s;"));
        assertThat(lines.readLine()).contains(" event=message queue-id=4Abc ", " flow=outbound ");

        thread.interrupt();
        assertThat(program.get(120, TimeUnit.SECONDS)).isZero();
        assertThat(lines.readLine()).containsPattern(" event=stopping connections=\\d messages-under-way=\\d ");
        assertThat(lines.readLine())
                .as("the DNS was not asked")
                .contains(" event=stopped connections=1 messages=1 decided=1 ");
        assertThat(lines.readLine()).isNull();
    }

    @Test
    @Timeout(240)
    void logsTheDnsCountersAtTheEnd() throws Exception {
        InetSocketAddress nobody = FreePort.address();
        Path file = policy("""
            listen: ["inet:127.0.0.1:0"]
            dns: { servers: ["127.0.0.1:%d"], timeout: 1s }
            """.formatted(nobody.getPort()));
        PipedOutputStream log = new PipedOutputStream();
        BufferedReader lines = reader(log);
        FutureTask<Integer> program = serving(file, log);
        Thread thread = Thread.ofPlatform().name("serve").start(program);
        String address = lines.readLine().replaceFirst("^.* address=(\\S+) .*$", "$1");
        assertThat(deliver(ListenAddress.parse(address).orElseThrow(), "smtpd").isAccepted())
                .isTrue();
        List<String> written = new ArrayList<>(readTo(lines, " event=dns-unavailable "));

        thread.interrupt();
        assertThat(program.get(120, TimeUnit.SECONDS)).isZero();
        written.addAll(lines.lines().toList());
        String server = "server=127.0.0.1:" + nobody.getPort() + " reason=\"127.0.0.1:" + nobody.getPort();
        assertThat(written)
                .anySatisfy(line -> assertThat(line).contains(" level=warning event=dns-server-silent " + server))
                .anySatisfy(line -> assertThat(line)
                        .contains(" level=warning event=dns-unavailable servers=127.0.0.1:" + nobody.getPort()))
                .anySatisfy(line -> assertThat(line).contains(" event=message ", " flow=inbound "))
                .satisfiesOnlyOnce(line -> assertThat(line)
                        .contains(
                                " level=info event=dns ",
                                " overloads=0 ",
                                " queries-given-up=0 ",
                                " logger=countersign.dns")
                        .containsPattern(" hits=\\d+ misses=[1-9]\\d* stale=0 failures=[1-9]\\d* ")
                        .containsPattern(" queries=[1-9]\\d* silences=[1-9]\\d* "));
        assertThat(written.getLast()).contains(" event=stopped ");
    }

    private static List<String> readTo(BufferedReader lines, String word) throws IOException {
        List<String> read = new ArrayList<>();
        do {
            read.add(lines.readLine());
        } while (!read.getLast().contains(word));
        return read;
    }

    @Test
    @Timeout(240)
    void writesAClientWithoutANameAsPostfixDoes() throws Exception {
        Path file = policy("""
            listen: ["inet:127.0.0.1:0"]
            inbound: { skip-networks: ["192.0.2.7"] }
            """);
        PipedOutputStream log = new PipedOutputStream();
        BufferedReader lines = reader(log);
        FutureTask<Integer> program = serving(file, log);
        Thread thread = Thread.ofPlatform().name("serve").start(program);
        String address = lines.readLine().replaceFirst("^.* address=(\\S+) .*$", "$1");
        for (String unknown : List.of("[192.0.2.7]", "", "unknown")) {
            deliver(ListenAddress.parse(address).orElseThrow(), "smtpd", unknown);
        }
        thread.interrupt();
        assertThat(program.get(120, TimeUnit.SECONDS)).isZero();
        assertThat(lines.lines().filter(line -> line.contains(" event=message ")))
                .hasSize(3)
                .allSatisfy(line -> assertThat(line).contains(" client=unknown[192.0.2.7] "));
    }

    private static BufferedReader reader(PipedOutputStream log) throws IOException {
        return new BufferedReader(new InputStreamReader(new PipedInputStream(log, 1 << 20), StandardCharsets.UTF_8));
    }

    /** The program, which closes its log at the end. */
    private static FutureTask<Integer> serving(Path file, PipedOutputStream log) {
        return new FutureTask<>(() -> {
            try (PrintStream err = new PrintStream(log, true, StandardCharsets.UTF_8)) {
                return Main.run(
                        new String[] {"serve", "--config", file.toString()},
                        InputStream.nullInputStream(),
                        new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                        err);
            }
        });
    }

    private static FilterOutcome deliver(ListenAddress address, String daemon) throws IOException {
        return deliver(address, daemon, "laptop.example.org");
    }

    private static FilterOutcome deliver(ListenAddress address, String daemon, String clientName) throws IOException {
        try (MilterClient client = MilterClient.connect(address, MtaOffer.ofPostfix())) {
            client.greet(new MtaSession(
                    clientName,
                    ClientAddress.parseIp("192.0.2.7", 0),
                    "laptop.example.org",
                    Map.of("j", "mx.example.org", "daemon_name", daemon)));
            return client.deliver(new MtaMessage(
                    "a@example.org",
                    List.of("b@example.net"),
                    Map.of("i", "4Abc"),
                    List.of(HeaderField.of("From", " a@example.org")),
                    Octets.utf8("Hello\r\n")));
        }
    }

    @Test
    void reportsTheProblemOfEachKey() throws IOException {
        Path open = Files.writeString(temp.resolve("open.pem"), "-----BEGIN PRIVATE KEY-----");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        Path garbage = Files.writeString(temp.resolve("garbage.pem"), "x");
        Files.setPosixFilePermissions(garbage, PosixFilePermissions.fromString("rw-------"));
        Path file = policy("""
            listen: ["inet:127.0.0.1:0"]
            signing:
              keys:
                - { domain: example.org, selector: a, key-file: none.pem }
                - { domain: example.org, selector: b, key-file: open.pem }
                - { domain: example.org, selector: c, key-file: garbage.pem }
            """);
        CommandRun run = CommandRun.of("serve", "--config", file.toString());
        assertThat(run.status()).isEqualTo(66);
        assertThat(run.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("countersign: " + file + ":4: signing.keys[0].key-file: ")
                                .endsWith("none.pem does not exist: check the name"),
                        line -> assertThat(line)
                                .startsWith("countersign: " + file + ":5: signing.keys[1].key-file: ")
                                .contains("chmod 600 " + open),
                        line -> assertThat(line)
                                .startsWith("countersign: " + file + ":6: signing.keys[2].key-file: " + garbage));
    }

    @Test
    void reportsTheProblemOfTheListenAddress() throws IOException {
        Path file = policy("listen: [\"unix:" + temp.resolve("none/milter.sock") + "\"]");
        CommandRun run = CommandRun.of("serve", "--config", file.toString());
        assertThat(run.status()).isEqualTo(74);
        assertThat(run.err())
                .startsWith(
                        "countersign: cannot listen on unix:" + temp.resolve("none/milter.sock") + ": the directory ")
                .hasLineCount(1);
    }

    /** The service of that user could not write to what root makes there. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "store: { file: %s/state/store.db }\ntrace: { days: 1 }",
                "log: { to: file, file: %s/state/log }",
                "store: { file: %s/store.db }\nreports: { collect: true, spool: %s/state }",
            })
    void rootDoesNotServeWithTheFilesOfAnotherUser(String settings) throws IOException {
        assumeTrue(
                Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")),
                "only root could write to the files of another user");
        Path state = Files.createDirectory(temp.resolve("state"));
        Files.setAttribute(state, "unix:uid", 65_534);
        String owner = Files.getOwner(state).getName();
        CommandRun run = CommandRun.of(
                "serve",
                "--config",
                policy("listen: [\"inet:127.0.0.1:0\"]\n" + settings.replace("%s", temp.toString()))
                        .toString());
        assertThat(run.err())
                .contains(
                        "the directory " + state + " belongs to the user " + owner,
                        "systemctl start countersign",
                        "runuser -u " + owner + " -- countersign serve");
        assertThat(run.status()).isEqualTo(ExitStatus.NO_PERMISSION.code());
        assertThat(state).isEmptyDirectory();
    }

    @Test
    void reportsTheProblemsOfThePolicyFile() throws IOException {
        CommandRun run = CommandRun.of("serve", "--config", policy("mode: off").toString());
        assertThat(run.status()).isEqualTo(78);
        assertThat(run.err()).hasLineCount(1).contains("mx.yaml:1: mode: expected monitor or enforce, found \"off\"");
    }

    @Test
    void theDemoSucceeds() {
        CommandRun run = CommandRun.of("demo");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out()).endsWith("Every scenario had the expected result.\n");
    }
}
