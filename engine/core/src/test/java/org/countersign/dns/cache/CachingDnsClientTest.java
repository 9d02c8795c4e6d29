package org.countersign.dns.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsAnswer.Failure;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.countersign.metrics.Label;
import org.countersign.metrics.Reading;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CachingDnsClientTest extends CacheTestBase {
    @Nested
    class Keeping {
        @Test
        void answersFromTheCacheWithTheRemainingTtl() {
            assertThat(ask()).isEqualTo(found("first", Duration.ofMinutes(1)));
            clock.advance(Duration.ofSeconds(20));

            assertThat(ask()).isEqualTo(cached("first", Duration.ofSeconds(40)));
            assertThat(upstream.queries()).isEqualTo(1);
        }

        @Test
        void looksUpAgainAfterTheTtl() {
            ask();
            upstream.answer(found("second", Duration.ofMinutes(1)));
            clock.advance(Duration.ofMinutes(1));

            assertThat(ask()).isEqualTo(found("second", Duration.ofMinutes(1)));
        }

        @Test
        void distinguishesQueriesByNameAndType() {
            ask();
            cache.lookup(DnsQuery.mx(QUERY.name()), Instant.MAX);
            cache.lookup(DnsQuery.txt(DomainName.of("example.com")), Instant.MAX);

            assertThat(upstream.queries()).isEqualTo(3);
        }

        @Test
        void anAnswerWithATtlOfZeroIsNotCached() {
            settings(Duration.ofSeconds(30), Duration.ofDays(1), Duration.ZERO, Duration.ofHours(1));
            upstream.answer(found("fleeting", Duration.ZERO));

            assertThat(ask()).isEqualTo(found("fleeting", Duration.ZERO));
            assertThat(ask()).isEqualTo(found("fleeting", Duration.ZERO));
            assertThat(upstream.queries()).isEqualTo(2);
            assertThat(metrics.value(CacheMetrics.ENTRIES)).isZero();
        }

        @Test
        void anAnswerWithATtlOfZeroReplacesTheCachedOne() {
            ask();
            clock.advance(Duration.ofMinutes(2));
            upstream.answer(found("fleeting", Duration.ZERO));
            ask();
            upstream.answer(DOWN);

            assertThat(ask()).isInstanceOf(DnsAnswer.Unavailable.class);
        }

        @Test
        void ttlsAreClampedToMinimumAndMaximum() {
            settings(Duration.ofSeconds(30), Duration.ofSeconds(90), Duration.ZERO, Duration.ZERO);

            upstream.answer(found("short", Duration.ofSeconds(2)));
            assertThat(ask().metadata().ttl()).isEqualTo(Duration.ofSeconds(30));
            clock.advance(Duration.ofSeconds(30));
            upstream.answer(found("long", Duration.ofDays(2)));
            assertThat(ask().metadata().ttl()).isEqualTo(Duration.ofSeconds(90));
            clock.advance(Duration.ofSeconds(90));
            ask();
            assertThat(upstream.queries()).isEqualTo(3);
        }

        @Test
        @DisplayName("RFC 2308: negative answers are cached for their TTL, one hour at most")
        void negativeAnswersAreCachedForTheirTtlButOneHourAtMost() {
            upstream.answer(new DnsAnswer.NoSuchName<>(AnswerMetadata.ttl(Duration.ofDays(1))));
            assertThat(ask()).isEqualTo(new DnsAnswer.NoSuchName<>(AnswerMetadata.ttl(Duration.ofHours(1))));
            clock.advance(Duration.ofMinutes(59));
            assertThat(ask()).isEqualTo(new DnsAnswer.NoSuchName<>(cachedFor(Duration.ofMinutes(1))));

            clock.advance(Duration.ofMinutes(1));
            upstream.answer(new DnsAnswer.NoData<>(AnswerMetadata.ttl(Duration.ofSeconds(10))));
            assertThat(ask()).isEqualTo(new DnsAnswer.NoData<>(AnswerMetadata.ttl(Duration.ofSeconds(10))));
            clock.advance(Duration.ofSeconds(9));
            assertThat(ask()).isEqualTo(new DnsAnswer.NoData<>(cachedFor(Duration.ofSeconds(1))));
            assertThat(upstream.queries()).isEqualTo(2);
        }

        @Test
        void aClockThatIsSetBackDoesNotExtendATtl() {
            ask();
            clock.advance(Duration.ofHours(-1));

            assertThat(ask().metadata().ttl()).isEqualTo(Duration.ofMinutes(1));
        }

        @Test
        void isBoundedInBytesAndCountsEvictions() {
            CachingDnsClient small = new CachingDnsClient(
                    upstream,
                    new CacheSettings(64 << 10, Duration.ZERO, Duration.ofDays(1), Duration.ZERO, Duration.ZERO),
                    clock,
                    metrics);
            upstream.answer(found("x".repeat(1000), Duration.ofHours(1)));
            for (int i = 0; i < 500; i++) {
                small.lookup(DnsQuery.txt(DomainName.of("n" + i + ".example")), Instant.MAX);
            }

            assertThat(metrics.value(CacheMetrics.BYTES)).isBetween(32L << 10, 64L << 10);
            assertThat(metrics.value(CacheMetrics.ENTRIES)).isBetween(20L, 64L);
            assertThat(metrics.value(CacheMetrics.EVICTIONS)).isEqualTo(500 - metrics.value(CacheMetrics.ENTRIES));
        }
    }

    @Nested
    class Failures {
        @Test
        void areCachedBriefly() {
            upstream.answer(DOWN);
            assertThat(ask()).isEqualTo(failed(Failure.SERVER_FAILURE, Duration.ofSeconds(5)));
            clock.advance(Duration.ofSeconds(4));
            assertThat(ask())
                    .isEqualTo(new DnsAnswer.Unavailable<>(Failure.SERVER_FAILURE, cachedFor(Duration.ofSeconds(1))));
            assertThat(upstream.queries()).isEqualTo(1);

            clock.advance(Duration.ofSeconds(1));
            ask();
            assertThat(upstream.queries()).isEqualTo(2);
        }

        @Test
        void areNotCachedIfDisabled() {
            settings(Duration.ZERO, Duration.ofDays(1), Duration.ZERO, Duration.ZERO);
            upstream.answer(new DnsAnswer.BadAnswer<>("alias loop", AnswerMetadata.ttl(Duration.ofHours(1))));

            assertThat(ask()).isEqualTo(new DnsAnswer.BadAnswer<>("alias loop", AnswerMetadata.NONE));
            ask();
            assertThat(upstream.queries()).isEqualTo(2);
        }

        @Test
        void theDeadlineOfALookupIsATimeoutForItsWaiters() {
            upstream.answer(new DnsAnswer.Unavailable<>(Failure.DEADLINE, AnswerMetadata.NONE));

            assertThat(ask()).isEqualTo(failed(Failure.TIMEOUT, Duration.ofSeconds(5)));
        }

        @Test
        void anExceptionOfTheUpstreamClientIsAFailureForItsWaiters() throws InterruptedException {
            BlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();
            upstream.script(query -> {
                Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> uncaught.add(failure));
                throw new IllegalStateException("no sockets");
            });

            assertThat(ask()).isEqualTo(failed(Failure.NETWORK, Duration.ofSeconds(5)));
            assertThat(uncaught.poll(30, TimeUnit.SECONDS)).hasMessage("no sockets");
        }

        @Test
        void whenTheLimitOfLookupsInFlightIsReachedANewOneFailsAtOnce() throws Exception {
            upstream.hold();
            for (int i = 0; i < 8192; i++) {
                cache.lookup(
                        DnsQuery.txt(DomainName.of("n" + i + ".example")),
                        clock.instant().plusNanos(1));
            }

            assertThat(ask()).isEqualTo(OVERLOADED);
            upstream.awaitArrivals(8192);
            assertThat(upstream.queries()).isEqualTo(8192);
            assertThat(metrics.value(CacheMetrics.OVERLOADS)).isEqualTo(1);
        }

        @Test
        void forLackOfRoomAreNotCached() {
            upstream.answer(OVERLOADED);
            assertThat(ask()).isEqualTo(OVERLOADED);

            upstream.answer(found("first", Duration.ofMinutes(1)));
            assertThat(ask()).isEqualTo(found("first", Duration.ofMinutes(1)));
            assertThat(metrics.value(CacheMetrics.OVERLOADS)).isEqualTo(1);
            assertThat(metrics.total(CacheMetrics.FAILURES)).isZero();
        }

        @Test
        void forLackOfRoomReturnAStaleAnswerAndTheNextQueryRetries() {
            ask();
            clock.advance(Duration.ofMinutes(1));
            upstream.answer(OVERLOADED);
            assertThat(ask()).isEqualTo(stale("first"));

            upstream.answer(found("second", Duration.ofMinutes(1)));
            assertThat(ask()).isEqualTo(found("second", Duration.ofMinutes(1)));
        }
    }

    @Nested
    class Lookups {
        @Test
        void aWaiterThatGivesUpDoesNotCancelTheLookup() throws Exception {
            upstream.hold();
            assertThat(ask(Duration.ofMillis(50)))
                    .isEqualTo(new DnsAnswer.Unavailable<>(Failure.DEADLINE, AnswerMetadata.NONE));
            upstream.awaitArrivals(1);
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<DnsAnswer<DnsRecord.Text>> patient = threads.submit(() -> ask());
                upstream.release();

                // From the lookup in flight, or from the cache if it has just ended.
                assertThat(texts(patient.get())).containsExactly("first");
            }
            assertThat(upstream.queries()).isEqualTo(1);
        }

        @Test
        void anInterruptedWaiterDoesNotCancelTheLookup() throws Exception {
            upstream.hold();
            Thread.currentThread().interrupt();

            assertThat(ask()).isEqualTo(new DnsAnswer.Unavailable<>(Failure.DEADLINE, AnswerMetadata.NONE));
            assertThat(Thread.interrupted()).isTrue();
            upstream.release();
            // From the lookup in flight, or from the cache if it has just ended.
            assertThat(texts(ask())).containsExactly("first");
            assertThat(upstream.queries()).isEqualTo(1);
        }

        @Test
        void haveTheirOwnDeadline() {
            ask(Duration.ofSeconds(1));

            assertThat(upstream.deadlines()).containsExactly(clock.instant().plusSeconds(20));
        }

        @Test
        void afterTheDeadlineNoLookupStarts() {
            assertThat(ask(Duration.ZERO))
                    .isEqualTo(new DnsAnswer.Unavailable<>(Failure.DEADLINE, AnswerMetadata.NONE));
            assertThat(upstream.queries()).isZero();
        }

        @Test
        void aSlowNameDelaysNoOther() throws Exception {
            CountDownLatch answered = new CountDownLatch(1);
            upstream.script(query -> {
                awaitQuietly(query.equals(QUERY) ? answered : new CountDownLatch(0));
                return found("answer", Duration.ofMinutes(1));
            });
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<DnsAnswer<DnsRecord.Text>> slow = threads.submit(() -> ask());
                upstream.awaitArrivals(1);

                DnsQuery<DnsRecord.Text> other = DnsQuery.txt(DomainName.of("other.example"));
                assertThat(texts(cache.lookup(other, Instant.MAX))).containsExactly("answer");
                assertThat(slow.isDone()).isFalse();
                answered.countDown();
                assertThat(texts(slow.get())).containsExactly("answer");
            }
        }

        private static void awaitQuietly(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @Test
        void manyWaitersShareAnAnswerWithATtlOfZero() throws Exception {
            upstream.answer(found("fleeting", Duration.ZERO));
            upstream.hold();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<DnsAnswer<DnsRecord.Text>>> waiters = new ArrayList<>();
                ask(Duration.ofNanos(1));
                for (int i = 0; i < 100; i++) {
                    waiters.add(threads.submit(() -> ask()));
                }
                while (metrics.value(CacheMetrics.MISSES) < 101) {
                    Thread.onSpinWait();
                }
                upstream.release();
                for (Future<DnsAnswer<DnsRecord.Text>> waiter : waiters) {
                    assertThat(waiter.get()).isEqualTo(found("fleeting", Duration.ZERO));
                }
            }
        }

        @Test
        void manyWaitersShareAFailureThatIsNotCached() throws Exception {
            settings(Duration.ZERO, Duration.ofDays(1), Duration.ZERO, Duration.ZERO);
            upstream.answer(DOWN);
            upstream.hold();
            ask(Duration.ofNanos(1));
            List<DnsAnswer<DnsRecord.Text>> answers = new CopyOnWriteArrayList<>();
            List<Thread> waiters = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                waiters.add(Thread.ofVirtual().start(() -> answers.add(ask())));
            }
            for (Thread waiter : waiters) {
                while (waiter.getState() != Thread.State.TIMED_WAITING) {
                    Thread.onSpinWait();
                }
            }
            // One of them goes; the lookup and its answer remain for the others.
            waiters.getFirst().interrupt();
            waiters.getFirst().join();
            upstream.release();
            for (Thread waiter : waiters) {
                waiter.join();
            }
            assertThat(answers)
                    .hasSize(100)
                    .startsWith(new DnsAnswer.Unavailable<>(Failure.DEADLINE, AnswerMetadata.NONE));
            assertThat(answers.subList(1, 100)).containsOnly(failed(Failure.SERVER_FAILURE, Duration.ZERO));
            assertThat(upstream.queries()).isEqualTo(1);
        }
    }

    @Test
    void countsItsMetrics() {
        ask();
        ask();
        ask();
        clock.advance(Duration.ofMinutes(1));
        upstream.answer(DOWN);
        ask();
        ask();

        assertThat(metrics.value(CacheMetrics.HITS)).isEqualTo(3);
        assertThat(metrics.value(CacheMetrics.MISSES)).isEqualTo(2);
        assertThat(metrics.value(CacheMetrics.STALE)).isEqualTo(2);
        assertThat(metrics.total(CacheMetrics.FAILURES)).isEqualTo(1);
        assertThat(metrics.value(CacheMetrics.FAILURES, new Label("failure", "server-failure")))
                .isEqualTo(1);
        assertThat(metrics.readings())
                .filteredOn(reading -> reading.metric().equals(CacheMetrics.WAIT))
                .extracting(Reading::value)
                .singleElement(InstanceOfAssertFactories.type(Reading.Durations.class))
                .extracting(Reading.Durations::count)
                .isEqualTo(2L);
        assertThat(metrics.value(CacheMetrics.IN_FLIGHT)).isZero();
        assertThat(metrics.value(CacheMetrics.EVICTIONS)).isZero();
        assertThat(metrics.value(CacheMetrics.ENTRIES)).isEqualTo(1);
        assertThat(metrics.value(CacheMetrics.BYTES)).isPositive();
    }

    @Test
    void worksWithTheSystemClock() {
        CachingDnsClient live = new CachingDnsClient(upstream, CacheSettings.DEFAULT, InstantSource.system());
        live.lookup(QUERY, Instant.now().plus(Duration.ofMinutes(10)));

        assertThat(texts(live.lookup(QUERY, Instant.now().plus(Duration.ofMinutes(10)))))
                .containsExactly("first");
        assertThat(upstream.queries()).isEqualTo(1);
    }
}
