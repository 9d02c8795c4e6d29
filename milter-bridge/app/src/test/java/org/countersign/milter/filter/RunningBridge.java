package org.countersign.milter.filter;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.countersign.CountersignEngine;
import org.countersign.MessageLimits;
import org.countersign.MessageOutcome;
import org.countersign.TrafficRules;
import org.countersign.dns.DnsClient;
import org.countersign.dns.cache.CacheSettings;
import org.countersign.dns.cache.CachingDnsClient;
import org.countersign.dns.wire.WireDnsClient;
import org.countersign.dns.wire.WireSettings;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.inbound.InboundSettings;
import org.countersign.metrics.Metric;
import org.countersign.metrics.MetricRegistry;
import org.countersign.milter.client.FilterOutcome;
import org.countersign.milter.client.MilterClient;
import org.countersign.milter.client.MtaMessage;
import org.countersign.milter.client.MtaOffer;
import org.countersign.milter.client.MtaSession;
import org.countersign.milter.server.MilterServer;
import org.countersign.milter.server.ServerMetrics;
import org.countersign.milter.server.ServerSettings;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.outbound.OutboundChecks;
import org.countersign.outbound.OutboundMessage;
import org.countersign.outbound.OutboundSettings;
import org.countersign.policy.Mode;
import org.countersign.signing.SigningPolicy;
import org.countersign.signing.SigningSelector;
import org.countersign.smtp.MemoryBudget;
import org.countersign.testing.TestMessage;

/** A bridge in mode enforce, in this process, with DNS over the network. Only the clients differ from production. */
final class RunningBridge implements AutoCloseable {
    static final String CLIENT = "192.0.2.1";

    private final MilterServer server;
    private final MetricRegistry metrics = new MetricRegistry();
    private final List<FinishedMessage> finished = new CopyOnWriteArrayList<>();

    private RunningBridge(DnsClient dns, Duration deadline) throws IOException {
        InstantSource clock = InstantSource.system();
        MessageLimits limits = MessageLimits.DEFAULT.withDeadline(deadline);
        InboundChecks checks = InboundChecks.of(
                InboundSettings.DEFAULT
                        .withAuthservId("mx.receiver.example")
                        .withLimits(limits)
                        .withMode(Mode.ENFORCE),
                dns,
                clock);
        CountersignEngine engine = new CountersignEngine(
                TrafficRules.DEFAULT,
                InboundMessage.factory(checks),
                OutboundMessage.factory(OutboundChecks.of(
                        OutboundSettings.DEFAULT,
                        TrafficRules.DEFAULT,
                        SigningSelector.unmonitored(SigningPolicy.NOTHING),
                        clock)));
        this.server = MilterServer.start(
                ServerSettings.listeningOn(List.of(new ListenAddress.Inet("127.0.0.1", 0, false)))
                        .withGrace(Duration.ZERO),
                new EngineFilter(engine, finished::add, clock),
                MemoryBudget.ofHeap(),
                metrics);
    }

    /**
     * @param timeout the timeout of one query to one name server
     * @param deadline the time that a message may wait for the DNS
     */
    static RunningBridge asking(Duration timeout, Duration deadline, InetSocketAddress... nameServers)
            throws IOException {
        InstantSource clock = InstantSource.system();
        // Failures are not cached, so that the next message finds out whether the server has recovered.
        CacheSettings cache =
                new CacheSettings(1 << 20, Duration.ZERO, Duration.ofHours(1), Duration.ZERO, Duration.ZERO);
        return new RunningBridge(
                new CachingDnsClient(
                        new WireDnsClient(new WireSettings(List.of(nameServers), timeout, false), clock), cache, clock),
                deadline);
    }

    ListenAddress address() {
        return server.addresses().getFirst();
    }

    /** The value of one of {@link ServerMetrics}. */
    long metric(Metric metric) {
        return metrics.value(metric);
    }

    /** The messages decided on so far, in order. */
    List<FinishedMessage> finished() {
        return List.copyOf(finished);
    }

    /** The outcome of the last message. */
    MessageOutcome.Judged outcome() {
        if (finished.getLast().outcome() instanceof MessageOutcome.Judged outcome) {
            return outcome;
        }
        throw new AssertionError("not judged: " + finished.getLast());
    }

    /** A connection of a mail server with an SMTP client. */
    MilterClient greeted() throws IOException {
        MilterClient client = MilterClient.connect(address(), MtaOffer.ofPostfix());
        client.greet(new MtaSession(
                "mail.bank.example", ClientAddress.parseIp(CLIENT, 0), "mail.bank.example", Map.of("j", "mx")));
        return client;
    }

    /** Sends one message on its own connection. */
    FilterOutcome deliver(String author) throws IOException {
        try (MilterClient client = greeted()) {
            return client.deliver(messageOf(author));
        }
    }

    /** A message with this address in From and in MAIL FROM. */
    static MtaMessage messageOf(String author) {
        TestMessage message = TestMessage.parse("From: <" + author + ">\r\nSubject: x\r\n\r\nHello\r\n");
        return new MtaMessage(
                author,
                List.of("bob@receiver.example"),
                Map.of("i", "4XYZ"),
                message.headers().fields(),
                message.body());
    }

    /** Waits until no message or connection is open; the timeout of the test is the limit. */
    void awaitQuiet() {
        while (metric(ServerMetrics.OPEN_CONNECTIONS) > 0 || metric(ServerMetrics.OPEN_MESSAGES) > 0) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
