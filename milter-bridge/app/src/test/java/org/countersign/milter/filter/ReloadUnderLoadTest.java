package org.countersign.milter.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.countersign.MessageOutcome;
import org.countersign.config.FrontEnd;
import org.countersign.milter.client.FilterOutcome;
import org.countersign.milter.client.MilterClient;
import org.countersign.milter.client.MtaOffer;
import org.countersign.milter.client.MtaSession;
import org.countersign.milter.server.MilterServer;
import org.countersign.milter.server.ServerSettings;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.service.LoadedPolicy;
import org.countersign.service.PolicySource;
import org.countersign.service.log.EngineLog;
import org.countersign.signature.SigningIdentity;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The signing table is replaced repeatedly while the bridge processes messages. */
@Timeout(600)
class ReloadUnderLoadTest {
    private static final int DOMAINS = 2000;
    private static final int EXCHANGES = 6;
    private static final int SENDERS = 4;

    @TempDir
    private Path temp;

    private final BlockingQueue<Integer> reloads = new LinkedBlockingQueue<>();
    private final BlockingQueue<List<String>> refusals = new LinkedBlockingQueue<>();
    private final BlockingQueue<FinishedMessage> finished = new LinkedBlockingQueue<>();

    private final PolicySource.Listener listener = new PolicySource.Listener() {
        @Override
        public void reloaded(LoadedPolicy before, LoadedPolicy now) {
            reloads.add(now.keyCount());
        }

        @Override
        public void refused(List<String> problems) {
            refusals.add(problems);
        }
    };

    private static String table(int generation) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < DOMAINS; i++) {
            lines.append("d%d.example d%d.example g%d k.pem\n".formatted(i, i, generation));
        }
        return lines.toString();
    }

    @Test
    void everyMessageIsSignedByTheWholeOldTableOrTheWholeNewOne() throws Exception {
        Path key = Files.writeString(temp.resolve("k.pem"), TestKeys.RFC_8463_ED25519_SEED);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Path table = Files.writeString(temp.resolve("domains.table"), table(0));
        Path policy = Files.writeString(temp.resolve("mx.yaml"), "signing: { table-file: domains.table }\n");
        AtomicBoolean done = new AtomicBoolean();
        try (PolicySource engine = PolicySource.ofFile(
                        policy,
                        FrontEnd.NONE,
                        InstantSource.system(),
                        // Long enough that a busy machine does not interrupt the writing of a file for two of them.
                        Duration.ofMillis(250),
                        listener,
                        new EngineLog(event -> {}));
                MilterServer server = MilterServer.start(
                        ServerSettings.listeningOn(List.of(new ListenAddress.Inet("127.0.0.1", 0, false))),
                        new EngineFilter(engine, finished::add, InstantSource.system()));
                ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> sent = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                // The first and the last line of the table: half a table would have only one of them.
                String author = "a@d" + (i % 2 == 0 ? 0 : DOMAINS - 1) + ".example";
                sent.add(senders.submit(() -> sendUntil(done, server.addresses().getFirst(), author)));
            }
            for (int generation = 1; generation <= EXCHANGES; generation++) {
                exchange(table, generation);
                assertThat(Objects.requireNonNull(reloads.poll(60, TimeUnit.SECONDS), "no reload"))
                        .isEqualTo(DOMAINS);
            }
            done.set(true);
            int all = 0;
            for (Future<Integer> sender : sent) {
                all += sender.get();
            }
            assertThat(finished).hasSize(all);
        }
        assertThat(refusals).isEmpty();
        assertThat(finished).isNotEmpty().allSatisfy(message -> {
            assertThat(message.outcome()).isInstanceOf(MessageOutcome.Signed.class);
            assertThat(((MessageOutcome.Signed) message.outcome()).signedBy())
                    .singleElement()
                    .extracting(SigningIdentity::selector)
                    .asString()
                    .matches("g[0-" + EXCHANGES + "]");
        });
    }

    /** Replaces the table atomically and in place by turns; in place a reader can find a half-written file. */
    private void exchange(Path table, int generation) throws IOException {
        if (generation % 2 == 0) {
            Path other = Files.writeString(temp.resolve("other"), table(generation));
            Files.move(other, table, StandardCopyOption.ATOMIC_MOVE);
        } else {
            Files.writeString(table, table(generation));
        }
    }

    private static int sendUntil(AtomicBoolean done, ListenAddress address, String author) throws IOException {
        int sent = 0;
        try (MilterClient client = MilterClient.connect(address, MtaOffer.ofPostfix())) {
            client.greet(new MtaSession(
                    "laptop",
                    ClientAddress.parseIp("192.0.2.7", 0),
                    "laptop",
                    Map.of("j", "mx", "daemon_name", "ORIGINATING")));
            while (!done.get()) {
                FilterOutcome outcome = client.deliver(RunningBridge.messageOf(author));
                assertThat(outcome.isAccepted()).isTrue();
                sent++;
            }
        }
        return sent;
    }
}
