package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
import org.countersign.testing.ServerFault;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The bridge as a process of its own with a heap of 128 MB, and two hundred clients with the worst header at once. */
@Timeout(180)
class SmallHeapIT {
    private static final int CLIENTS = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @TempDir
    private Path temp;

    @Test
    void aFloodOfTheWorstHeadersEndsInTemporaryFailuresAndGenuineMailFlows() throws Exception {
        // The flood's domain answers so late that its messages stay under way.
        try (ZoneServer dns = ZoneServer.start(StaticZone.builder()
                .txt("sender.example", "v=spf1 ip4:192.0.2.10 -all")
                .txt("_dmarc.sender.example", "v=DMARC1; p=reject")
                .build())) {
            dns.fault("slow.attacker.example", ServerFault.DROP);
            int port = freePort();
            Process bridge = bridge(port, dns);
            try {
                awaitListening(bridge);
                ListenAddress address = new ListenAddress.Inet("127.0.0.1", port, false);
                try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
                    List<Future<FilterOutcome>> flood = new ArrayList<>();
                    for (int i = 0; i < CLIENTS; i++) {
                        flood.add(threads.submit(() -> deliver(address, worst())));
                    }
                    assertThat(deliverGenuineWithin(address, PATIENCE)).isTrue();
                    int deferred = 0;
                    for (Future<FilterOutcome> outcome : flood) {
                        FilterOutcome ended = outcome.get();
                        deferred += ended.isAccepted() ? 0 : 1;
                        if (!ended.isAccepted()) {
                            assertThat(ended.toString()).contains("451").contains("4.3.2");
                        }
                    }
                    assertThat(deferred).isPositive();
                }
                assertThat(deliverGenuineWithin(address, PATIENCE)).isTrue();
                assertThat(bridge.isAlive()).isTrue();
                String log = Files.readString(temp.resolve("log"));
                assertThat(log).contains("rule=overloaded").doesNotContain("OutOfMemory");
                assertThat(log.lines().filter(line -> line.contains("event=overloaded")))
                        .singleElement()
                        .asString()
                        .contains("level=warning", "refused=", "message-memory=33554432", "-Xmx");
            } finally {
                bridge.destroy();
                assertThat(bridge.waitFor(60, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private Process bridge(int port, ZoneServer dns) throws IOException {
        Path policy = Files.writeString(
                temp.resolve("policy.yaml"),
                "mode: monitor\nlisten: [\"inet:127.0.0.1:" + port + "\"]\n"
                        + "dns: { timeout: 2s, deadline: 10s, servers: [\"127.0.0.1:"
                        + dns.address().getPort() + "\"] }\n");
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "serve",
                        "--config",
                        policy.toString())
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("log").toFile())
                .start();
    }

    private void awaitListening(Process bridge) throws IOException, InterruptedException {
        while (!Files.readString(temp.resolve("log")).contains("event=listening")) {
            assertThat(bridge.isAlive())
                    .as(Files.readString(temp.resolve("log")))
                    .isTrue();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Ten tag lists of nothing but semicolons and names, as large as Postfix lets a field be. */
    private static MtaMessage worst() {
        HeaderField field = HeaderField.of("DKIM-Signature", " " + "a;".repeat(49_500));
        List<HeaderField> fields = new ArrayList<>(Collections.nCopies(10, field));
        fields.add(HeaderField.of("From", " x@attacker.example"));
        return message("x@slow.attacker.example", fields);
    }

    private static MtaMessage message(String sender, List<HeaderField> fields) {
        return new MtaMessage(
                sender, List.of("bob@receiver.example"), Map.of("i", "4XYZ"), fields, Octets.latin1("hi\r\n"));
    }

    private static boolean deliverGenuineWithin(ListenAddress address, Duration patience) throws Exception {
        long end = System.nanoTime() + patience.toNanos();
        do {
            FilterOutcome outcome = deliver(
                    address, message("news@sender.example", List.of(HeaderField.of("From", " news@sender.example"))));
            if (outcome.isAccepted()) {
                assertThat(outcome.header().getFirst().raw().latin1())
                        .contains("dmarc=pass header.from=sender.example");
                return true;
            }
        } while (System.nanoTime() < end);
        return false;
    }

    private static FilterOutcome deliver(ListenAddress address, MtaMessage message) throws IOException {
        try (MilterClient client = MilterClient.connect(address, MtaOffer.ofPostfix())) {
            client.greet(new MtaSession(
                    "mail.sender.example",
                    ClientAddress.parseIp("192.0.2.10", 25),
                    "mail.sender.example",
                    Map.of("j", "mx.receiver.example")));
            return client.deliver(message);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
