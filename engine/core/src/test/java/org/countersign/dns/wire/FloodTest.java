package org.countersign.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsAnswer.Failure;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.QueryPriority;
import org.countersign.dns.StaticZone;
import org.countersign.dns.cache.CacheMetrics;
import org.countersign.dns.cache.CacheSettings;
import org.countersign.dns.cache.CachingDnsClient;
import org.countersign.domain.DomainName;
import org.countersign.metrics.MetricRegistry;
import org.countersign.testing.FreePort;
import org.countersign.testing.ManualClock;
import org.countersign.testing.ServerFault;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names whose servers say nothing, in such numbers that they could take the place of all others. */
@Isolated
@Timeout(600)
class FloodTest {
    private static final int HEALTHY_NAMES = 250;
    private static final String SILENT = "silent.example";
    private static final Duration NEVER = Duration.ofSeconds(60);
    private static final DnsAnswer<DnsRecord.Text> EVICTED =
            new DnsAnswer.Unavailable<>(Failure.OVERLOADED, AnswerMetadata.NONE);
    /** No reply for names below {@link #SILENT}, and true replies for all others. */
    private static final ServerFault SILENCE =
            (query, honest, tcp) -> query.getQuestion().getName().toString().endsWith(SILENT + ".")
                    ? Optional.empty()
                    : Optional.of(honest.toWire());

    private final MetricRegistry metrics = new MetricRegistry();
    private final ZoneServer first = ZoneServer.start(zone()).faultForAll(SILENCE);
    private final ZoneServer second = ZoneServer.start(zone()).faultForAll(SILENCE);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private static StaticZone zone() {
        StaticZone.Builder zone = StaticZone.builder();
        IntStream.range(0, HEALTHY_NAMES).forEach(i -> zone.txt("n" + i + ".healthy.example", "answer " + i));
        return zone.build();
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        first.close();
        second.close();
    }

    private static DnsAnswer<DnsRecord.Text> ask(DnsClient client, String name) {
        return client.lookup(DnsQuery.txt(DomainName.of(name)), Instant.now().plus(WireTestBase.NO_DEADLINE));
    }

    private static DnsAnswer<DnsRecord.Text> askHealthy(DnsClient client, int number) {
        return ask(client, "n" + number + ".healthy.example");
    }

    private static DnsAnswer<DnsRecord.Text> askSilent(DnsClient client, int number) {
        return ask(client, "n" + number + "." + SILENT);
    }

    private Future<DnsAnswer<DnsRecord.Text>> start(Callable<DnsAnswer<DnsRecord.Text>> query) {
        return threads.submit(query);
    }

    private static void assertAnswered(DnsAnswer<DnsRecord.Text> answer, int number) {
        if (answer instanceof DnsAnswer.Found<DnsRecord.Text> found) {
            assertThat(found.records().getFirst().joined().latin1()).isEqualTo("answer " + number);
        } else {
            throw new AssertionError("number " + number + ": " + answer);
        }
    }

    /** Five hundred unanswered names per second, until the number of queries in flight no longer grows. */
    @ParameterizedTest(name = "{0} servers")
    @ValueSource(ints = {1, 2})
    void ofUnansweredNamesDoesNotDelayOthers(int servers) throws Exception {
        InetSocketAddress[] addresses = servers == 1
                ? new InetSocketAddress[] {first.address()}
                : new InetSocketAddress[] {first.address(), second.address()};
        WireDnsClient wire = new WireDnsClient(WireSettings.of(addresses), InstantSource.system(), metrics);
        CachingDnsClient cache = new CachingDnsClient(wire, CacheSettings.DEFAULT, InstantSource.system());
        List<Future<DnsAnswer<DnsRecord.Text>>> answers = new ArrayList<>();
        for (int i = 0; i < HEALTHY_NAMES; i++) {
            for (int n = 0; n < 10; n++) {
                int silent = i * 10 + n;
                threads.execute(() -> askSilent(cache, silent));
            }
            int healthy = i;
            answers.add(start(() -> askHealthy(cache, healthy)));
            Thread.sleep(20);
        }

        for (int i = 0; i < HEALTHY_NAMES; i++) {
            assertAnswered(answers.get(i).get(), i);
        }
        // The second server received only queries that it does not answer, so that it may be in backoff.
        assertThat(metrics.total(WireMetrics.IN_BACKOFF)).isLessThan(servers);
    }

    @Test
    void theOldestQueryIsEvictedByANewOne() throws Exception {
        WireDnsClient wire = client(new WireLimits(3, 256, Duration.ofMillis(100), 2048));
        List<Future<DnsAnswer<DnsRecord.Text>>> silent = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int number = i;
            silent.add(start(() -> askSilent(wire, number)));
            first.awaitQueries(i + 1);
        }

        assertAnswered(askHealthy(wire, 7), 7);
        assertThat(silent.get(0).get()).isEqualTo(EVICTED);
        assertThat(first.queries("n0." + SILENT)).as("without a second try").isEqualTo(1);
        assertThat(silent.get(1).isDone()).isFalse();
        assertThat(silent.get(2).isDone()).isFalse();
        assertCounts(4, 1);
    }

    @Test
    void anEvictedQueryMayBeRetriedAtOnce() throws Exception {
        CachingDnsClient cache = new CachingDnsClient(
                client(new WireLimits(1, 256, Duration.ofMillis(100), 2048)),
                CacheSettings.DEFAULT,
                InstantSource.system(),
                metrics);
        first.fault("n1.healthy.example", ServerFault.DROP);
        Future<DnsAnswer<DnsRecord.Text>> crowdedOut = start(() -> askHealthy(cache, 1));
        first.awaitQueries(1);
        assertAnswered(askHealthy(cache, 2), 2);
        assertThat(crowdedOut.get()).isEqualTo(EVICTED);

        first.heal();
        assertAnswered(askHealthy(cache, 1), 1);
        assertThat(metrics.value(CacheMetrics.OVERLOADS)).isEqualTo(1);
        assertThat(metrics.total(CacheMetrics.FAILURES)).isZero();
    }

    @Test
    void aQueryWithoutASlotAtOneServerGoesToTheNext() {
        WireDnsClient wire = new WireDnsClient(
                new WireSettings(List.of(first.address(), second.address()), NEVER, false),
                new WireLimits(16, 1, NEVER, 0),
                InstantSource.system(),
                metrics);
        threads.execute(() -> askSilent(wire, 0));
        first.awaitQueries(1);

        assertAnswered(askHealthy(wire, 1), 1);
        assertThat(first.queries()).isEqualTo(1);
        assertThat(second.queries()).isEqualTo(1);
    }

    @Test
    void aQueryWithoutASlotIsNotSentAndCountsAgainstNoServer() {
        // The deadline ends the wait for a slot, and has not passed before the wait begins.
        ManualClock clock = ManualClock.started();
        WireDnsClient wire = new WireDnsClient(
                new WireSettings(List.of(first.address()), NEVER, false),
                new WireLimits(16, 1, NEVER, 2048),
                clock,
                metrics);
        threads.execute(() -> askSilent(wire, 0));
        first.awaitQueries(1);

        assertThat(wire.lookup(
                        DnsQuery.txt(DomainName.of("n1.healthy.example")),
                        clock.instant().plusMillis(300)))
                .isEqualTo(EVICTED);
        assertThat(first.queries()).isEqualTo(1);
        assertCounts(1, 1);
    }

    @Test
    void aQueryDoesNotWaitInAFullQueue() {
        WireDnsClient wire = client(new WireLimits(16, 1, NEVER, 0));
        threads.execute(() -> askSilent(wire, 0));
        first.awaitQueries(1);

        assertThat(wire.lookup(DnsQuery.txt(DomainName.of("n1.healthy.example")), Instant.MAX))
                .isEqualTo(EVICTED);
    }

    @Test
    void everyFinishedQueryFreesItsSlot() throws Exception {
        InetSocketAddress address = FreePort.address();
        WireDnsClient wire = client(address, new WireLimits(2, 2, NEVER, 2048));
        for (int i = 0; i < 10; i++) {
            assertThat(askHealthy(wire, i)).returns(Failure.NETWORK, WireTestBase::failure);
        }
        try (ZoneServer again = ZoneServer.start(zone(), address.getPort())) {
            again.fault("n1.healthy.example", ServerFault.GARBAGE).fault("n2.healthy.example", ServerFault.SERVFAIL);
            for (int i = 0; i < 10; i++) {
                assertThat(askHealthy(wire, 1)).isInstanceOf(DnsAnswer.BadAnswer.class);
                assertThat(askHealthy(wire, 2)).isInstanceOf(DnsAnswer.Unavailable.class);
                Thread.currentThread().interrupt();
                assertThat(askHealthy(wire, 3)).isInstanceOf(DnsAnswer.Unavailable.class);
                assertThat(Thread.interrupted()).isTrue();
            }
            again.fault("n4.healthy.example", ServerFault.DROP);
            assertThat(wire.lookup(
                            DnsQuery.txt(DomainName.of("n4.healthy.example")),
                            Instant.now().plusMillis(50)))
                    .isInstanceOf(DnsAnswer.Unavailable.class);

            assertAnswered(askHealthy(wire, 5), 5);
            assertThat(metrics.total(WireMetrics.DROPPED)).isZero();
        }
    }

    private WireDnsClient client(WireLimits limits) {
        return client(first.address(), limits);
    }

    private WireDnsClient client(InetSocketAddress server, WireLimits limits) {
        return new WireDnsClient(
                new WireSettings(List.of(server), NEVER, false), limits, InstantSource.system(), metrics);
    }

    private void assertCounts(int queries, int dropped) {
        assertThat(metrics.total(WireMetrics.QUERIES)).isEqualTo(queries);
        assertThat(metrics.total(WireMetrics.UNANSWERED)).isZero();
        assertThat(metrics.total(WireMetrics.DROPPED)).isEqualTo(dropped);
        assertThat(metrics.total(WireMetrics.IN_BACKOFF)).isZero();
    }

    @Test
    void aQueryAboutAnAuthorDomainHasItsOwnQueue() {
        WireDnsClient wire = client(new WireLimits(16, 1, NEVER, 0));
        threads.execute(() -> askSilent(wire, 0));
        first.awaitQueries(1);
        assertThat(askHealthy(wire, 1)).isEqualTo(EVICTED);

        assertAnswered(
                wire.lookup(
                        DnsQuery.txt(DomainName.of("n2.healthy.example")),
                        Instant.now().plus(WireTestBase.NO_DEADLINE),
                        QueryPriority.AUTHOR_DOMAIN),
                2);
    }

    @Test
    void unansweredAuthorDomainsDoNotBlockOtherQueries() {
        WireDnsClient wire = client(new WireLimits(16, 2, NEVER, 0));
        for (int i = 0; i < 2; i++) {
            int number = i;
            threads.execute(() -> wire.lookup(
                    DnsQuery.txt(DomainName.of("n" + number + "." + SILENT)),
                    Instant.now().plus(WireTestBase.NO_DEADLINE),
                    QueryPriority.AUTHOR_DOMAIN));
            first.awaitQueries(i + 1);
        }

        // One of them had to take a turn of the ordinary ones, and would have got no second.
        assertAnswered(askHealthy(wire, 1), 1);
    }
}
