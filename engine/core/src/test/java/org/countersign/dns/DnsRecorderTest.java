package org.countersign.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.countersign.dns.AnswerMetadata.Origin;
import org.countersign.dns.cache.CacheSettings;
import org.countersign.dns.cache.CachingDnsClient;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;
import org.countersign.testing.ManualClock;
import org.junit.jupiter.api.Test;

class DnsRecorderTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final Instant DEADLINE = NOW.plusSeconds(20);
    private static final DnsQuery<DnsRecord.Text> QUERY = DnsQuery.txt(DomainName.of("example.org"));

    private final ManualClock clock = ManualClock.at(NOW);
    private final StaticZone zone = StaticZone.builder()
            .txt("example.org", "v=spf1 -all")
            .address("host.example.org", "192.0.2.1")
            .failure("broken.example", RecordType.TXT, DnsAnswer.Failure.SERVER_FAILURE)
            .build();

    @Test
    void switchedOffItReturnsTheClientItselfAndAnEmptyTrace() {
        assertThat(DnsRecorder.OFF.recording(zone)).isSameAs(zone);
        assertThat(DnsRecorder.OFF.trace()).isSameAs(DnsTrace.NONE);
        assertThat(DnsRecorder.OFF.isOn()).isFalse();
    }

    @Test
    void recordsEachQueryInOrderWithItsAnswerAndItsTimes() {
        DnsRecorder recorder = DnsRecorder.of(clock);
        DnsClient client = recorder.recording(slow(Duration.ofMillis(30)));
        clock.advance(Duration.ofMillis(5));

        client.lookup(QUERY, DEADLINE);
        client.lookup(DnsQuery.mx(DomainName.of("example.org")), DEADLINE);
        client.lookup(DnsQuery.txt(DomainName.of("nothing.example")), DEADLINE, QueryPriority.AUTHOR_DOMAIN);
        client.lookup(DnsQuery.txt(DomainName.of("broken.example")), DEADLINE);

        DnsTrace trace = recorder.trace();
        assertThat(trace.queries())
                .extracting(query -> query.query() + ": "
                        + query.answer().orElseThrow().describe() + ", "
                        + query.asked().toMillis() + " ms, "
                        + query.took().toMillis() + " ms")
                .containsExactly(
                        "TXT example.org: 1 record, 5 ms, 30 ms",
                        "MX example.org: no record of this type, 35 ms, 30 ms",
                        "TXT nothing.example: no such name, 65 ms, 30 ms",
                        "TXT broken.example: server failure, 95 ms, 30 ms");
        assertThat(trace.queries())
                .allSatisfy(query -> assertThat(query.omittedOctets()).isZero());
    }

    private DnsClient slow(Duration time) {
        return new DnsClient() {
            @Override
            public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
                clock.advance(time);
                return zone.lookup(query, deadline);
            }
        };
    }

    @Test
    void tellsAnswersOfServersFromAnswersOfTheCache() {
        CachingDnsClient cache = new CachingDnsClient(zone, CacheSettings.DEFAULT, clock);
        DnsRecorder first = DnsRecorder.of(clock);
        first.recording(cache).lookup(QUERY, DEADLINE);
        clock.advance(Duration.ofMinutes(10));
        DnsRecorder second = DnsRecorder.of(clock);
        second.recording(cache).lookup(QUERY, DEADLINE);

        assertThat(metadata(first).origin()).isEqualTo(Origin.SERVER);
        assertThat(metadata(second).origin()).isEqualTo(Origin.CACHE);
        assertThat(metadata(second).ttl()).isEqualTo(metadata(first).ttl().minus(Duration.ofMinutes(10)));
    }

    private static AnswerMetadata metadata(DnsRecorder recorder) {
        return recorder.trace().queries().getFirst().answer().orElseThrow().metadata();
    }

    @Test
    void aQueryWithoutAnAnswerIsListedWithoutOne() throws InterruptedException {
        DnsRecorder recorder = DnsRecorder.of(InstantSource.system());
        CountDownLatch never = new CountDownLatch(1);
        DnsClient silent = new DnsClient() {
            @Override
            public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
                try {
                    never.await();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
                return new DnsAnswer.Unavailable<>(DnsAnswer.Failure.DEADLINE, AnswerMetadata.NONE);
            }
        };
        Thread waiting =
                Thread.ofVirtual().start(() -> recorder.recording(silent).lookup(QUERY, DEADLINE));
        while (recorder.trace().queries().isEmpty()) {
            Thread.onSpinWait();
        }
        DnsTrace before = recorder.trace();
        waiting.interrupt();
        waiting.join();

        assertThat(before.queries())
                .singleElement()
                .satisfies(query -> assertThat(query.answer()).isEmpty());
        assertThat(recorder.trace().queries())
                .singleElement()
                .satisfies(query -> assertThat(query.answer()).isPresent());
    }

    @Test
    void keepsTheBeginningOfAnAnswerThatIsTooLarge() {
        DnsRecorder recorder = DnsRecorder.of(clock);
        StaticZone large = StaticZone.builder()
                .txt("example.org", "first")
                .txt("example.org", "second" + "x".repeat(64_000))
                .txt("example.org", "third")
                .build();
        DnsAnswer<DnsRecord.Text> answer = recorder.recording(large).lookup(QUERY, DEADLINE);

        DnsTrace.Recorded recorded = recorder.trace().queries().getFirst();
        DnsAnswer<?> kept = recorded.answer().orElseThrow();
        assertThat(kept.weight()).isLessThanOrEqualTo(DnsRecorder.MAX_ANSWER_OCTETS);
        assertThat(kept.weight() + recorded.omittedOctets()).isEqualTo(answer.weight());
        assertThat(((DnsAnswer.Found<?>) kept).records())
                .extracting(each -> ((DnsRecord.Text) each).joined().slice(0, 5))
                .containsExactly(Octets.utf8("first"), Octets.utf8("secon"));
    }

    @Test
    void aHundredAnswersOfSixtyFourKilobytesAreKeptWithinTheLimit() {
        StaticZone.Builder attack = StaticZone.builder();
        for (int i = 0; i < 400; i++) {
            attack.txt("n" + i + ".example", "x".repeat(i < 100 ? 64_000 : 1));
        }
        StaticZone hostile = attack.build();
        DnsRecorder recorder = DnsRecorder.of(clock);
        DnsClient client = recorder.recording(hostile);
        for (int i = 0; i < 400; i++) {
            client.lookup(DnsQuery.txt(DomainName.of("n" + i + ".example")), DEADLINE);
        }

        DnsTrace trace = recorder.trace();
        assertThat(trace.queries()).hasSize(DnsRecorder.MAX_QUERIES);
        assertThat(trace.omitted()).isEqualTo(400 - DnsRecorder.MAX_QUERIES);
        assertThat(trace.queries().stream()
                        .mapToLong(query -> query.answer().orElseThrow().weight())
                        .sum())
                .isLessThanOrEqualTo(DnsRecorder.MAX_OCTETS);
        assertThat(trace.queries().subList(20, 100))
                .allSatisfy(query -> assertThat(query.omittedOctets()).isPositive());
    }

    @Test
    void recordsTheQueriesOfManyThreads() throws InterruptedException {
        DnsRecorder recorder = DnsRecorder.of(InstantSource.system());
        DnsClient client = recorder.recording(zone);
        List<DomainName> names = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            names.add(DomainName.of("n" + i + ".example.org"));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            names.forEach(name -> threads.execute(() -> client.lookup(DnsQuery.txt(name), DEADLINE)));
        }
        assertThat(recorder.trace().queries())
                .extracting(query -> query.query().name())
                .containsExactlyInAnyOrderElementsOf(names);
        assertThat(recorder.trace().queries())
                .allSatisfy(query -> assertThat(query.answer()).isPresent());
    }
}
