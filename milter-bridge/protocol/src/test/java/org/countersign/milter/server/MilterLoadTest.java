package org.countersign.milter.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import org.countersign.metrics.MetricRegistry;
import org.countersign.milter.client.FilterOutcome;
import org.countersign.milter.client.MilterClient;
import org.countersign.milter.client.MtaMessage;
import org.countersign.milter.client.MtaOffer;
import org.countersign.milter.client.MtaSession;
import org.countersign.milter.session.Envelope;
import org.countersign.milter.session.FilterDecision;
import org.countersign.milter.session.FilterVerdict;
import org.countersign.milter.session.MacroValues;
import org.countersign.milter.session.MessageFilter;
import org.countersign.milter.session.MessageTransaction;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.milter.wire.MilterReply;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MemoryBudget;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class MilterLoadTest {
    private final MetricRegistry metrics = new MetricRegistry();
    private static final MtaSession SESSION =
            new MtaSession("client.example", ClientAddress.parseIp("192.0.2.1", 25), "client.example", Map.of());

    @TempDir
    Path directory;

    /** Adds up the sizes of all bodies and stores none. */
    private static final class Adder implements MessageFilter {
        final LongAdder octets = new LongAdder();

        @Override
        public MessageTransaction begin(Envelope envelope) {
            return new MessageTransaction() {
                @Override
                public void recipient(String address) {}

                @Override
                public void header(HeaderField field) {}

                @Override
                public void endOfHeaders() {}

                @Override
                public void body(byte[] piece, int offset, int length) {
                    octets.add(length);
                    // The array is never larger than two chunks with their overhead.
                    if (piece.length > 256 * 1024) {
                        throw new AssertionError("a buffer of " + piece.length);
                    }
                }

                @Override
                public FilterDecision finish(MacroValues macros) {
                    return FilterDecision.of(new FilterVerdict.Accept());
                }

                @Override
                public void close() {}
            };
        }
    }

    private MilterServer start(MessageFilter filter) throws IOException {
        ListenAddress unix = new ListenAddress.Unix(directory.resolve("load.sock"));
        return MilterServer.start(
                ServerSettings.listeningOn(List.of(unix)).withMaxConnections(4000),
                filter,
                MemoryBudget.ofHeap(),
                metrics);
    }

    private static MtaMessage message(Octets body) {
        return new MtaMessage(
                "a@sender.example",
                List.of("b@here.example"),
                Map.of("i", "4AbCdE"),
                List.of(HeaderField.of("From", " a@sender.example")),
                body);
    }

    @Test
    void streams64LargeMessagesSimultaneously() throws Exception {
        int clients = 64;
        int size = 4 << 20;
        Adder adder = new Adder();
        MtaMessage message = message(Octets.wrap(new byte[size]));
        MilterServer server = start(adder);
        try (server;
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<MilterReply>> verdicts = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                verdicts.add(threads.submit(() -> {
                    try (MilterClient client =
                            MilterClient.connect(server.addresses().getFirst(), MtaOffer.ofPostfix())) {
                        client.greet(SESSION);
                        return client.deliver(message).verdict();
                    }
                }));
            }
            for (Future<MilterReply> verdict : verdicts) {
                assertThat(verdict.get()).isEqualTo(new MilterReply.Continue());
            }
            assertThat(adder.octets.sum()).isEqualTo((long) clients * size);
        }
        assertThat(metrics.value(ServerMetrics.OPEN_MESSAGES)).isZero();
    }

    @Test
    void serves2000ConnectionsSimultaneously() throws Exception {
        int connections = 2000;
        Adder adder = new Adder();
        MtaMessage message = message(Octets.latin1("hello\r\n"));
        List<MilterClient> clients = new ArrayList<>();
        try (MilterServer server = start(adder)) {
            try {
                for (int i = 0; i < connections; i++) {
                    clients.add(MilterClient.connect(server.addresses().getFirst(), MtaOffer.ofPostfix()));
                }
                assertThat(metrics.value(ServerMetrics.OPEN_CONNECTIONS)).isEqualTo(connections);
                for (MilterClient client : clients) {
                    client.greet(SESSION);
                    FilterOutcome outcome = client.deliver(message);
                    assertThat(outcome.isAccepted()).isTrue();
                }
            } finally {
                for (MilterClient client : clients) {
                    client.close();
                }
            }
            assertThat(metrics.value(ServerMetrics.DECIDED_MESSAGES)).isEqualTo(connections);
        }
    }
}
