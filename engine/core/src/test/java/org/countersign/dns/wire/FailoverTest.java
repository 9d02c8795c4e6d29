package org.countersign.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsAnswer.Failure;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.metrics.Label;
import org.countersign.metrics.Meter;
import org.countersign.metrics.MetricRegistry;
import org.countersign.metrics.Reading;
import org.countersign.testing.FreePort;
import org.countersign.testing.ManualClock;
import org.countersign.testing.ServerFault;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Execution(ExecutionMode.CONCURRENT)
class FailoverTest {
    private static final StaticZone ZONE = StaticZone.builder()
            .txt("example.org", "first")
            .txt("slow.example", "slow")
            .build();
    private static final DnsQuery<DnsRecord.Text> QUERY = DnsQuery.txt(DomainName.of("example.org"));

    // Not that of a closed server: a process that is being started may have its socket for a moment.
    private final InetSocketAddress nobody = FreePort.address();
    private final ZoneServer first = ZoneServer.start(ZONE);
    private final ZoneServer second = ZoneServer.start(ZONE);

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    private WireDnsClient client(InstantSource clock, Duration timeout) {
        return new WireDnsClient(new WireSettings(List.of(first.address(), second.address()), timeout, false), clock);
    }

    private WireDnsClient client() {
        return client(InstantSource.system(), WireSettings.MAX_TIMEOUT);
    }

    private static WireDnsClient client(Meter meter, InetSocketAddress... servers) {
        return new WireDnsClient(
                new WireSettings(List.of(servers), WireSettings.MAX_TIMEOUT, false), InstantSource.system(), meter);
    }

    /** A client for two servers of which one is silent. The other one must answer before the timeout. */
    private WireDnsClient waiting() {
        return client(InstantSource.system(), WireTestBase.LONGER_THAN_A_STALL);
    }

    private static DnsAnswer<DnsRecord.Text> ask(WireDnsClient client) {
        return client.lookup(QUERY, Instant.now().plus(WireTestBase.NO_DEADLINE));
    }

    static Stream<ServerFault> faults() {
        return Stream.of(
                ServerFault.SERVFAIL,
                ServerFault.REFUSED,
                ServerFault.DROP,
                ServerFault.GARBAGE,
                ServerFault.WRONG_ID,
                ServerFault.WRONG_QUESTION,
                ServerFault.LAME);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void forAnyErrorOfTheFirstServerTheSecondAnswers(ServerFault fault) {
        first.faultForAll(fault);

        assertThat(ask(waiting())).isInstanceOf(DnsAnswer.Found.class);
        assertThat(second.queries()).isEqualTo(1);
    }

    @Test
    void theSecondServerAnswersIfTheFirstIsDead() {
        assertThat(ask(client(Meter.NONE, nobody, second.address()))).isInstanceOf(DnsAnswer.Found.class);
    }

    @Test
    void countsItsMetricsForEachServer() {
        MetricRegistry metrics = new MetricRegistry();
        ask(client(metrics, nobody, second.address()));

        Label dead = new Label("server", SocketFailure.name(nobody));
        Label alive = new Label("server", SocketFailure.name(second.address()));
        assertThat(metrics.value(WireMetrics.QUERIES, dead)).isEqualTo(1);
        assertThat(metrics.value(WireMetrics.UNANSWERED, dead)).isEqualTo(1);
        assertThat(metrics.value(WireMetrics.IN_BACKOFF, dead)).isEqualTo(1);
        assertThat(metrics.value(WireMetrics.QUERIES, alive)).isEqualTo(1);
        assertThat(metrics.value(WireMetrics.UNANSWERED, alive)).isZero();
        assertThat(metrics.value(WireMetrics.IN_BACKOFF, alive)).isZero();
        assertThat(metrics.readings())
                .filteredOn(reading -> reading.value() instanceof Reading.Durations times && times.count() == 1)
                .extracting(Reading::metric, Reading::labels)
                .containsExactly(tuple(WireMetrics.ANSWER_TIME, List.of(alive)));
        assertThat(metrics.value(WireMetrics.IN_FLIGHT)).isZero();
    }

    @Test
    void theSecondServerIsNotQueriedIfTheFirstAnswers() {
        WireDnsClient client = client();
        for (int i = 0; i < 5; i++) {
            assertThat(ask(client)).isInstanceOf(DnsAnswer.Found.class);
        }

        assertThat(first.queries()).isEqualTo(5);
        assertThat(second.queries()).isZero();
    }

    @Test
    void aNegativeAnswerIsFinal() {
        WireDnsClient client = client();

        assertThat(client.lookup(
                        DnsQuery.txt(DomainName.of("nothing.example")),
                        Instant.now().plus(WireTestBase.NO_DEADLINE)))
                .isInstanceOf(DnsAnswer.NoSuchName.class);
        assertThat(second.queries()).isZero();
    }

    @Test
    void aServerFailureIsReportedRatherThanATimeout() {
        first.faultForAll(ServerFault.SERVFAIL);
        second.faultForAll(ServerFault.DROP);

        assertThat(ask(waiting())).returns(Failure.SERVER_FAILURE, WireTestBase::failure);
    }

    @Test
    void aRefusalIsReportedRatherThanAMalformedReply() {
        first.faultForAll(ServerFault.GARBAGE);
        second.faultForAll(ServerFault.REFUSED);

        assertThat(ask(client())).returns(Failure.REFUSED, WireTestBase::failure);
    }

    @Test
    void aTimeoutIsReportedRatherThanAMalformedReply() {
        first.faultForAll(ServerFault.GARBAGE);
        second.faultForAll(ServerFault.DROP);

        assertThat(ask(waiting())).isEqualTo(new DnsAnswer.Unavailable<>(Failure.TIMEOUT, AnswerMetadata.NONE));
    }

    @Test
    void aServerThatDoesNotAnswerCannotUseTheTimeOfTheOthers() {
        first.faultForAll(ServerFault.DROP);

        // Half of it for each server.
        Duration all = WireTestBase.LONGER_THAN_A_STALL.multipliedBy(2);
        assertThat(client().lookup(QUERY, Instant.now().plus(all))).isInstanceOf(DnsAnswer.Found.class);
    }

    @Test
    void aServerInBackoffIsTriedLastAndThenProbedByOneQuery() {
        ManualClock clock = ManualClock.started();
        WireDnsClient client = client(clock, WireTestBase.LONGER_THAN_A_STALL);
        first.faultForAll(ServerFault.DROP);
        client.lookup(QUERY, clock.instant().plus(WireTestBase.NO_DEADLINE));
        assertThat(first.queries()).isEqualTo(1);

        client.lookup(QUERY, clock.instant().plus(WireTestBase.NO_DEADLINE));
        assertThat(first.queries()).as("while it rests").isEqualTo(1);

        clock.advance(Duration.ofSeconds(2));
        client.lookup(QUERY, clock.instant().plus(WireTestBase.NO_DEADLINE));
        client.lookup(QUERY, clock.instant().plus(WireTestBase.NO_DEADLINE));
        assertThat(first.queries()).as("after its rest").isEqualTo(2);

        first.heal();
        clock.advance(Duration.ofSeconds(3));
        client.lookup(QUERY, clock.instant().plus(WireTestBase.NO_DEADLINE));
        client.lookup(QUERY, clock.instant().plus(WireTestBase.NO_DEADLINE));
        assertThat(first.queries()).as("after it answered").isEqualTo(4);
    }

    @Test
    void serversInBackoffAreQueriedIfNoOtherAnswers() {
        ManualClock clock = ManualClock.started();
        WireDnsClient client = client(clock, WireTestBase.LONGER_THAN_A_STALL);
        first.faultForAll(ServerFault.DROP);
        client.lookup(QUERY, clock.instant().plus(WireTestBase.NO_DEADLINE));
        first.heal();
        second.faultForAll(ServerFault.DROP);

        assertThat(client.lookup(QUERY, clock.instant().plus(WireTestBase.NO_DEADLINE)))
                .isInstanceOf(DnsAnswer.Found.class);
    }

    @Test
    @Timeout(240)
    void aNameWithASlowServerDelaysNoOtherName() throws Exception {
        first.fault("slow.example", ServerFault.DROP);
        second.fault("slow.example", ServerFault.DROP);
        WireDnsClient client = client();
        DnsQuery<DnsRecord.Text> slow = DnsQuery.txt(DomainName.of("slow.example"));
        CountDownLatch others = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<DnsAnswer<DnsRecord.Text>>> waiting = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                waiting.add(
                        threads.submit(() -> client.lookup(slow, Instant.now().plusSeconds(4))));
            }
            threads.execute(() -> {
                for (int i = 0; i < 50; i++) {
                    assertThat(ask(client)).isInstanceOf(DnsAnswer.Found.class);
                }
                others.countDown();
            });

            assertThat(others.await(100, TimeUnit.SECONDS)).isTrue();
            for (Future<DnsAnswer<DnsRecord.Text>> waiter : waiting) {
                assertThat(waiter.get(100, TimeUnit.SECONDS))
                        .isEqualTo(new DnsAnswer.Unavailable<>(Failure.DEADLINE, AnswerMetadata.NONE));
            }
        }
    }

    @Test
    @Timeout(240)
    void queriesBeyondTheLimitInFlightWait() throws Exception {
        WireDnsClient client = new WireDnsClient(
                new WireSettings(List.of(first.address()), Duration.ofSeconds(20), false), InstantSource.system());
        first.faultForAll(ServerFault.delay(Duration.ofMillis(30)));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<DnsAnswer<DnsRecord.Text>>> answers = new ArrayList<>();
            for (int i = 0; i < 1500; i++) {
                answers.add(threads.submit(() -> ask(client)));
            }
            for (Future<DnsAnswer<DnsRecord.Text>> answer : answers) {
                assertThat(answer.get()).isInstanceOf(DnsAnswer.Found.class);
            }
        }
    }

    @Test
    void aServerThatStartsLaterIsUsedFromThenOn() {
        WireDnsClient client = client(Meter.NONE, nobody, FreePort.address());
        assertThat(ask(client)).returns(Failure.NETWORK, WireTestBase::failure);

        try (ZoneServer again = ZoneServer.start(ZONE, nobody.getPort())) {
            assertThat(ask(client)).isInstanceOf(DnsAnswer.Found.class);
            assertThat(again.queries()).isEqualTo(1);
        }
    }
}
