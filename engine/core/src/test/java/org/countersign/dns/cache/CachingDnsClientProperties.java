package org.countersign.dns.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;
import org.countersign.testing.ManualClock;

class CachingDnsClientProperties {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Some time passes, then a name is asked for, of which the servers would now say this. */
    record Step(int millis, int name, int ttlMillis, boolean down) {}

    /** What the upstream client gave out, told by the serial number in its text. */
    record Given(Instant at, Duration ttl) {}

    // Under ten seconds, so that nothing is refreshed in the background.
    @Provide
    Arbitrary<Step> steps() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 6000),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 9000).edgeCases(edges -> edges.add(0)),
                        Arbitraries.frequency(Tuple.of(3, false), Tuple.of(1, true)))
                .as(Step::new);
    }

    @Property(tries = 300)
    void noRecordIsReturnedAfterItsClampedTtl(
            @ForAll @Size(min = 1, max = 40) List<@From("steps") Step> steps,
            @ForAll @IntRange(min = 0, max = 3) int minTtlSeconds,
            @ForAll @IntRange(min = 3, max = 9) int maxTtlSeconds,
            @ForAll @IntRange(min = 0, max = 5) int staleSeconds) {
        Run run = new Run(new CacheSettings(
                1 << 20,
                Duration.ofSeconds(minTtlSeconds),
                Duration.ofSeconds(maxTtlSeconds),
                Duration.ZERO,
                Duration.ofSeconds(staleSeconds)));
        steps.forEach(run::take);
    }

    private static final class Run {
        private final ManualClock clock = ManualClock.started();
        private final Map<String, Given> given = new HashMap<>();
        private final ScriptedUpstream upstream =
                new ScriptedUpstream(query -> new DnsAnswer.NoData<>(AnswerMetadata.NONE));
        private final CacheSettings settings;
        private final CachingDnsClient cache;

        Run(CacheSettings settings) {
            this.settings = settings;
            this.cache = new CachingDnsClient(upstream, settings, clock);
        }

        void take(Step step) {
            clock.advance(Duration.ofMillis(step.millis()));
            String serial = "serial " + given.size();
            Duration ttl = Duration.ofMillis(step.ttlMillis());
            given.put(serial, new Given(clock.instant(), ttl));
            upstream.answer(
                    step.down()
                            ? new DnsAnswer.Unavailable<>(DnsAnswer.Failure.TIMEOUT, AnswerMetadata.NONE)
                            : new DnsAnswer.Found<>(
                                    List.of(new DnsRecord.Text(List.of(Octets.utf8(serial)))),
                                    AnswerMetadata.ttl(ttl)));
            check(
                    step,
                    cache.lookup(
                            DnsQuery.txt(DomainName.of("n" + step.name() + ".example")),
                            clock.instant().plus(TIMEOUT)));
        }

        private void check(Step step, DnsAnswer<DnsRecord.Text> answer) {
            if (!(answer instanceof DnsAnswer.Found<DnsRecord.Text> found)) {
                assertThat(step.down()).isTrue();
                return;
            }
            Given origin = given.get(found.records().get(0).joined().utf8());
            assertThat(origin).isNotNull();
            Duration age = Duration.between(origin.at(), clock.instant());
            Duration lifetime = lifetime(origin.ttl());
            if (age.compareTo(lifetime) < 0 || age.isZero()) {
                assertThat(found.metadata().ttl()).isEqualTo(lifetime.minus(age));
            } else {
                assertThat(step.down())
                        .as("stale only when the servers are down")
                        .isTrue();
                assertThat(lifetime).as("never kept at all").isPositive();
                assertThat(age).isLessThan(lifetime.plus(settings.serveStale()));
                assertThat(found.metadata().ttl()).isEqualTo(Duration.ofSeconds(30));
            }
        }

        private Duration lifetime(Duration ttl) {
            if (ttl.isZero()) {
                return ttl;
            }
            Duration atLeast = ttl.compareTo(settings.minTtl()) < 0 ? settings.minTtl() : ttl;
            return atLeast.compareTo(settings.maxTtl()) > 0 ? settings.maxTtl() : atLeast;
        }
    }

    @Property(tries = 60)
    void concurrentEqualQueriesShareOneUpstreamQueryAndItsRecords(
            @ForAll @IntRange(min = 1, max = 60) int askers, @ForAll @IntRange(min = 1, max = 4) int names)
            throws Exception {
        ManualClock clock = ManualClock.started();
        ScriptedUpstream upstream = new ScriptedUpstream(query -> new DnsAnswer.Found<>(
                List.of(new DnsRecord.Text(List.of(Octets.utf8(query.name().toString())))),
                AnswerMetadata.ttl(Duration.ofMinutes(1))));
        CachingDnsClient cache = new CachingDnsClient(upstream, CacheSettings.DEFAULT, clock);
        CountDownLatch allReady = new CountDownLatch(askers * names);
        List<Future<DnsAnswer<DnsRecord.Text>>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < askers * names; i++) {
                DnsQuery<DnsRecord.Text> query = DnsQuery.txt(DomainName.of("n" + i % names + ".example"));
                answers.add(threads.submit(() -> {
                    allReady.countDown();
                    allReady.await();
                    return cache.lookup(query, clock.instant().plus(TIMEOUT));
                }));
            }
        }

        assertThat(upstream.queries()).isEqualTo(names);
        for (int i = 0; i < answers.size(); i++) {
            DnsAnswer.Found<DnsRecord.Text> answer =
                    (DnsAnswer.Found<DnsRecord.Text>) answers.get(i).get();
            assertThat(answer.records())
                    .containsExactly(new DnsRecord.Text(List.of(Octets.utf8("n" + i % names + ".example"))));
            assertThat(answer.metadata().ttl()).isEqualTo(Duration.ofMinutes(1));
        }
    }
}
