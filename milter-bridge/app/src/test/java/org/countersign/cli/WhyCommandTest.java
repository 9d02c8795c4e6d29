package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.countersign.dns.StaticZone;
import org.countersign.milter.client.FilterOutcome;
import org.countersign.milter.client.MilterClient;
import org.countersign.milter.client.MtaMessage;
import org.countersign.milter.client.MtaOffer;
import org.countersign.milter.client.MtaSession;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code countersign why} while a service runs, and without one. */
@Execution(ExecutionMode.CONCURRENT)
class WhyCommandTest {
    private static final StaticZone ZONE = StaticZone.builder()
            .txt("bank.example", "v=spf1 -all")
            .txt("_dmarc.bank.example", "v=DMARC1; p=reject")
            .txt("shop.example", "v=spf1 ip4:192.0.2.7 -all")
            .txt("_dmarc.shop.example", "v=DMARC1; p=reject")
            .build();

    @TempDir
    private Path temp;

    private Path policy(String text) throws IOException {
        return Files.writeString(temp.resolve("mx.yaml"), text);
    }

    private static FilterOutcome deliver(ListenAddress address, String queueId, String domain, String messageId)
            throws IOException {
        try (MilterClient client = MilterClient.connect(address, MtaOffer.ofPostfix())) {
            client.greet(new MtaSession(
                    "host.sender.example",
                    ClientAddress.parseIp("192.0.2.7", 0),
                    "mail.sender.example",
                    Map.of("j", "mx.receiver.example", "daemon_name", "smtpd")));
            return client.deliver(new MtaMessage(
                    "bounce@" + domain,
                    List.of("alice@receiver.example"),
                    Map.of("i", queueId),
                    List.of(
                            HeaderField.of("From", " Some Body <someone@" + domain + ">"),
                            HeaderField.of("Message-ID", " " + messageId)),
                    Octets.utf8("Hello\r\n")));
        }
    }

    @Test
    @Timeout(240)
    void tellsLaterWhatHappened() throws Exception {
        try (ZoneServer dns = ZoneServer.start(ZONE)) {
            Path file = policy("""
                    authserv-id: mx.receiver.example
                    mode: enforce
                    listen: ["inet:127.0.0.1:0"]
                    inbound: { skip-networks: [] }
                    dns: { servers: ["127.0.0.1:%d"], timeout: 30s, deadline: 60s }
                    store: { file: store.db }
                    trace: { days: 14 }
                    """.formatted(dns.address().getPort()));
            String config = "--config=" + file;
            try (ServiceProcess serve = ServiceProcess.start(file, temp.resolve("log"))) {
                ListenAddress address = serve.address();
                assertThat(deliver(address, "4One", "bank.example", "<1@bank.example>")
                                .isAccepted())
                        .isFalse();
                assertThat(deliver(address, "4Two", "shop.example", "<2@shop.example>")
                                .isAccepted())
                        .isTrue();
                assertThat(deliver(address, "4Two", "bank.example", "<\u001b[31m3@bank.example>")
                                .isAccepted())
                        .isFalse();
                while (CommandRun.of("why", "4Two", "--json", config).status() != 0
                        || CommandRun.of("why", "--last=9", config)
                                        .out()
                                        .lines()
                                        .count()
                                < 4) {
                    TimeUnit.MILLISECONDS.sleep(100);
                }
                explainsOneMessage(config);
                lists(config);
                assertThat(serve.signal("TERM").awaitExit()).isZero();
            }
            // Without a service too, and without leaving a file behind.
            List<Path> before = files();
            explainsOneMessage(config);
            assertThat(files()).isEqualTo(before);
        }
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(temp)) {
            return files.sorted().toList();
        }
    }

    private static void explainsOneMessage(String config) {
        CommandRun found = CommandRun.of("why", "4One", config);
        assertThat(found.status()).isZero();
        assertThat(found.err()).isEmpty();
        List<String> lines = found.out().lines().toList();
        assertThat(lines.getFirst())
                .matches("time       \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC \\(\\d+ s ago\\)");
        assertThat(lines.subList(1, 8))
                .containsExactly(
                        "queue id   4One",
                        "message-id <1@bank.example>",
                        "host       mx.receiver.example",
                        "client     host.sender.example[192.0.2.7], HELO mail.sender.example",
                        "mail from  <bounce@bank.example>",
                        "recipients 1: alice@receiver.example",
                        "");
        assertThat(lines.get(8)).matches("verdict +reject: 550 5\\.7\\.26 .*");
        assertThat(found.out()).contains("dmarc-reject", "v=DMARC1; p=reject", "v=spf1 -all");
        for (String id : List.of("<1@bank.example>", "1@bank.example")) {
            // The first line says how long ago it was.
            assertThat(CommandRun.of("why", id, config).out().lines().skip(1))
                    .isEqualTo(lines.subList(1, lines.size()));
        }
        CommandRun twice = CommandRun.of("why", "4Two", config);
        assertThat(twice.out())
                .contains("message-id <\\x1b[31m3@bank.example>\n")
                .contains("\nThis is the latest of 2 messages with this id. The others:\ntime (UTC)     queue id")
                .matches("[ -~\n]*");
    }

    private static void lists(String config) throws IOException {
        CommandRun rejected = CommandRun.of("why", "--verdict", "reject", "--author", "bank.example", config);
        assertThat(rejected.status()).isZero();
        assertThat(rejected.out()
                        .lines()
                        .map(line -> line.replaceFirst("^\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d", "NOW           ")))
                .containsExactly(
                        "time (UTC)     queue id        verdict    rule               author",
                        "NOW            4Two            reject     dmarc-reject       bank.example",
                        "NOW            4One            reject     dmarc-reject       bank.example");
        assertThat(CommandRun.of("why", "--client=192.0.2.0/24", "--since=1h", "--rule=default", "--json", config)
                        .json())
                .containsEntry("/messages/0/queue-id", "4Two")
                .containsEntry("/messages/0/author", "shop.example")
                .containsEntry("/messages/0/client", "192.0.2.7");
        CommandRun none = CommandRun.of("why", "--author=other.example", config);
        assertThat(none.status()).isOne();
        assertThat(none.out()).isEmpty();
        assertThat(none.err()).startsWith("countersign: no message for which all conditions hold\n");
        CommandRun unknown = CommandRun.of("why", "4None", config);
        assertThat(unknown.status()).isOne();
        assertThat(unknown.err())
                .matches("countersign: no message with the queue id or Message-ID \"4None\"\n"
                        + "countersign: the trace reaches back to [-0-9: ]+ UTC; a message is in it about 1 s after the"
                        + " answer to the client\n");
    }

    @Test
    void saysThatTracingIsOff() throws IOException {
        CommandRun run = CommandRun.of("why", "4One", "--config=" + policy("store: { file: store.db }"));
        assertThat(run.status()).isEqualTo(66);
        assertThat(run.err().lines())
                .containsExactly(
                        "countersign: " + temp.resolve("store.db")
                                + " does not exist: the service creates it when it traces messages, or counts mail for"
                                + " reports",
                        "countersign: no message is traced, because trace.days is 0: set it in the policy file, for example"
                                + " trace: { days: 14 }, and restart the service");
    }

    @Test
    void saysWhatToDoWithADamagedStore() throws IOException {
        Path store = Files.writeString(temp.resolve("store.db"), "no database ".repeat(1000));
        CommandRun run =
                CommandRun.of("why", "4One", "--config=" + policy("{ store: { file: store.db }, trace: { days: 1 } }"));
        assertThat(run.status()).isEqualTo(65);
        assertThat(run.err())
                .startsWith("countersign: " + store + " is not an SQLite file: move it away (mv " + store)
                .hasLineCount(1);
    }

    @Test
    void refusesWhatItDoesNotUnderstand() throws IOException {
        String config = "--config=" + policy("trace: { days: 1 }");
        for (List<String> words : List.of(
                List.<String>of(),
                List.of("4One", "--last=3"),
                List.of("--last=0"),
                List.of("--verdict=rejected"),
                List.of("--since=yesterday"),
                List.of("--client=bank.example"),
                List.of("--author=a b"))) {
            String[] command = new String[words.size() + 2];
            command[0] = "why";
            command[1] = config;
            for (int i = 0; i < words.size(); i++) {
                command[i + 2] = words.get(i);
            }
            CommandRun run = CommandRun.of(command);
            assertThat(run.status()).as(words.toString()).isEqualTo(64);
            assertThat(run.err()).startsWith("countersign why: ").hasLineCount(1);
        }
        assertThat(CommandRun.of("why", "4One").err())
                .isEqualTo("countersign why: Missing required option: '--config=YAML'; see countersign why --help\n");
    }
}
