package org.countersign.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.countersign.cli.ServiceProcess;
import org.countersign.domain.DomainName;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.xbill.DNS.Message;

/**
 * A real Postfix with the bridge as a separate process in mode {@code enforce}, while the DNS or the bridge fails. A
 * mail server sends genuine and forged mail before, during and after the failure, and retries deferred mail. In the
 * end no forgery has been delivered, and each genuine message once.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600)
class OutageIT {
    private static final int SILENT_NAMES = 4_000;

    @TempDir
    private Path temp;

    private final SenderDomains before = new SenderDomains("before");
    private final SenderDomains during = new SenderDomains("during");
    private final SenderDomains after = new SenderDomains("after");
    private final Set<DomainName> silentNames = ConcurrentHashMap.newKeySet();
    private volatile boolean silent;
    private ZoneServer dns;
    private ServiceProcess bridge;
    private PostfixInstance postfix;
    private SendingQueue queue;

    @BeforeEach
    void start() throws Exception {
        MtaTools.assumePostfix();
        dns = ZoneServer.start(SenderDomains.zone(before, during, after)).faultForAll(this::answer);
        Path policy = Files.writeString(temp.resolve("policy.yaml"), """
                authserv-id: %s
                mode: enforce
                listen: ["inet:127.0.0.1:0"]
                dns: { servers: ["127.0.0.1:%d"] }
                """.formatted(
                        PostfixSettings.HOST, dns.address().getPort()));
        bridge = ServiceProcess.start(policy, temp.resolve("log"));
        postfix = PostfixInstance.start(PostfixSettings.delivering(SenderDomains.BOB)
                .withInboundMilters(bridge.address().toString())
                // Shorter than the bridge is stopped, so that Postfix itself defers some messages.
                .with("milter_connect_timeout", "3s")
                .with("milter_command_timeout", "3s"));
        queue = new SendingQueue(postfix);
    }

    private Optional<byte[]> answer(Message query, Message honest, boolean tcp) throws InterruptedException {
        DomainName name = SenderDomains.name(query);
        if (name.toString().endsWith(".silent.example")) {
            silentNames.add(name);
            return Optional.empty();
        }
        if (silent) {
            return Optional.empty();
        }
        return SenderDomains.answer(query, honest, tcp);
    }

    @AfterEach
    @SuppressWarnings("try") // Everything is only closed here.
    void stop() throws IOException {
        try (ZoneServer nameServer = dns;
                ServiceProcess serve = bridge;
                // Before the bridge, because Postfix would wait for the closed milter.
                PostfixInstance mailServer = postfix;
                SendingQueue sender = queue) {
            // In reverse order, as far as they were started.
        }
    }

    @Test
    void duringTenSecondsWithoutDnsNoForgeryIsAcceptedAndEachGenuineMessageArrivesOnce() throws Exception {
        queue.send(before.nextMessages());
        queue.await(SentMessage::isGenuine);

        silent = true;
        List<SentMessage> unknown = Stream.of(during.nextMessages(), during.nextMessages())
                .flatMap(List::stream)
                .toList();
        queue.send(unknown);
        queue.send(before.nextMessages());
        lasts(Duration.ofSeconds(10));
        assertThat(queue.deliveredNow())
                .as("messages of which nothing can be known")
                .doesNotContainAnyElementsOf(unknown);

        silent = false;
        queue.send(after.nextMessages());
        assertCounts(5);
    }

    @Test
    void duringFiveSecondsWithAStoppedBridgeNoForgeryIsAcceptedAndEachGenuineMessageArrivesOnce() throws Exception {
        queue.send(before.nextMessages());
        queue.await(SentMessage::isGenuine);

        // Some messages wait for the DNS when the bridge is stopped.
        silent = true;
        int queries = dns.queries();
        queue.send(during.nextMessages());
        happens(() -> dns.queries() > queries);
        bridge.signal("STOP");
        silent = false;
        try {
            queue.send(during.nextMessages());
            queue.send(before.nextMessages());
            queue.send(after.nextMessages());
            lasts(Duration.ofSeconds(5));
            happens(() -> postfix.log().contains("451 4.7.1 Service unavailable"));
        } finally {
            bridge.signal("CONT");
        }
        queue.send(after.nextMessages());
        assertCounts(6);
    }

    @Test
    void duringQueriesForThousandsOfUnresponsiveNamesNoForgeryIsAcceptedAndEachGenuineMessageArrivesOnce()
            throws Exception {
        queue.send(before.nextMessages());
        queue.await(SentMessage::isGenuine);

        try (UnresponsiveDomainFlood flood = UnresponsiveDomainFlood.start(bridge.address(), during.bank())) {
            happens(() -> silentNames.size() >= SILENT_NAMES / 8);
            queue.send(during.nextMessages());
            queue.send(before.nextMessages());
            happens(() -> silentNames.size() >= SILENT_NAMES && flood.answered() > 0);
            queue.send(during.nextMessages());
            queue.await(message -> message.expected() == SentMessage.Expected.REFUSED);
            assertThat(flood.accepted()).as("forgeries of the flood").isZero();
        }
        queue.send(after.nextMessages());
        assertCounts(5);
    }

    private void assertCounts(int rounds) throws Exception {
        DeliveryCounts.check(queue, postfix, rounds * SenderDomains.KINDS);
        assertThat(bridge.process().isAlive()).isTrue();
        assertThat(bridge.lines("level=error")).isEmpty();
    }

    /** Waits while the failure lasts. */
    private static void lasts(Duration failure) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(failure.toMillis());
    }

    private static void happens(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
