package org.countersign.postfix;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.countersign.milter.client.FilterOutcome;
import org.countersign.milter.client.MilterClient;
import org.countersign.milter.client.MtaMessage;
import org.countersign.milter.client.MtaOffer;
import org.countersign.milter.client.MtaSession;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.testing.TestMessage;

/**
 * Connections of another mail server to the bridge with forged messages. They name as many domains below {@code
 * silent.example} as possible in signatures, ARC Sets, From and MAIL FROM. No domain occurs twice.
 */
final class UnresponsiveDomainFlood implements AutoCloseable {
    private static final int CONNECTIONS = 100;
    private static final int SIGNATURES = 8;
    private static final int ARC_SETS = 31;

    private final ListenAddress bridge;
    private final String victim;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger names = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();

    private UnresponsiveDomainFlood(ListenAddress bridge, String victim) {
        this.bridge = bridge;
        this.victim = victim;
    }

    /**
     * Starts the flood, which lasts until it is closed.
     *
     * @param victim the Author Domain of every second message; that of the others is unresponsive, too
     */
    static UnresponsiveDomainFlood start(ListenAddress bridge, String victim) {
        UnresponsiveDomainFlood flood = new UnresponsiveDomainFlood(bridge, victim);
        for (int i = 0; i < CONNECTIONS; i++) {
            boolean ofVictim = i % 2 == 0;
            flood.threads.execute(() -> flood.run(ofVictim));
        }
        return flood;
    }

    /** The number of messages with a reply so far. */
    int answered() {
        return answered.get();
    }

    /** The number of messages accepted so far. */
    int accepted() {
        return accepted.get();
    }

    private void run(boolean ofVictim) {
        while (!threads.isShutdown()) {
            try (MilterClient client = MilterClient.connect(bridge, MtaOffer.ofPostfix())) {
                client.greet(new MtaSession(
                        "mail.attacker.example",
                        ClientAddress.parseIp(SenderDomains.STRANGER, 25),
                        "mail.attacker.example",
                        Map.of("j", PostfixSettings.HOST)));
                while (!threads.isShutdown()) {
                    FilterOutcome outcome = client.deliver(message(ofVictim));
                    answered.incrementAndGet();
                    accepted.addAndGet(outcome.isAccepted() ? 1 : 0);
                }
            } catch (IOException closed) {
                // The bridge may close connections under load. The flood then opens the next one.
            }
        }
    }

    private MtaMessage message(boolean ofVictim) {
        StringBuilder header = new StringBuilder();
        for (int i = 0; i < SIGNATURES; i++) {
            header.append(DummySignatures.signature(ofVictim ? victim : next(), "k" + names.incrementAndGet()));
        }
        for (int instance = ARC_SETS; instance > 0; instance--) {
            header.append(DummySignatures.arcSet(instance, next(), "k"));
        }
        header.append("From: <ceo@").append(ofVictim ? victim : next()).append(">\n\n");
        TestMessage message = TestMessage.parse(header.toString());
        return new MtaMessage(
                "bulk@" + next(),
                List.of(SenderDomains.BOB),
                Map.of("i", "4XYZ"),
                message.headers().fields(),
                message.body());
    }

    private String next() {
        return "n" + names.incrementAndGet() + ".silent.example";
    }

    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
    }
}
