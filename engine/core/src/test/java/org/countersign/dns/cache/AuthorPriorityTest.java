package org.countersign.dns.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsAnswer.Failure;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.QueryPriority;
import org.countersign.domain.DomainName;
import org.countersign.testing.ManualClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cache at its limit of lookups in flight. */
@Timeout(240)
class AuthorPriorityTest {
    private static final DnsQuery<DnsRecord.Text> ANSWERED = DnsQuery.txt(DomainName.of("answered.example"));
    private static final DnsQuery<DnsRecord.Text> OVERLOADED_NAME = DnsQuery.txt(DomainName.of("crowded.example"));

    private final ManualClock clock = ManualClock.started();
    private final CountDownLatch over = new CountDownLatch(1);
    private final CountDownLatch crowdedOutAsked = new CountDownLatch(1);
    private final CountDownLatch crowdedOut = new CountDownLatch(1);
    private volatile CountDownLatch arrived = new CountDownLatch(0);

    private final DnsClient upstream = new DnsClient() {
        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
            return lookup(query, deadline, QueryPriority.ORDINARY);
        }

        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline, QueryPriority priority) {
            try {
                if (query.equals(OVERLOADED_NAME) && priority == QueryPriority.ORDINARY) {
                    crowdedOutAsked.countDown();
                    crowdedOut.await();
                    return new DnsAnswer.Unavailable<>(Failure.OVERLOADED, AnswerMetadata.NONE);
                }
                if (!query.equals(ANSWERED) && !query.equals(OVERLOADED_NAME)) {
                    arrived.countDown();
                    over.await();
                }
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            }
            return new DnsAnswer.NoData<>(AnswerMetadata.ttl(Duration.ofMinutes(1)));
        }
    };

    private final CachingDnsClient cache = new CachingDnsClient(upstream, CacheTestBase.SETTINGS, clock);

    @AfterEach
    void end() {
        over.countDown();
    }

    private void leaveOpen(int count, QueryPriority priority) throws InterruptedException {
        arrived = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            DnsQuery<DnsRecord.Text> query = DnsQuery.txt(DomainName.of("n" + i + "." + count + ".example"));
            Thread.startVirtualThread(() -> cache.lookup(query, clock.instant().plusSeconds(30), priority));
        }
        arrived.await();
    }

    private DnsAnswer<DnsRecord.Text> ask(DnsQuery<DnsRecord.Text> query, QueryPriority priority) {
        return cache.lookup(query, clock.instant().plusSeconds(30), priority);
    }

    @ParameterizedTest
    @CsvSource({"8192, ORDINARY, AUTHOR_DOMAIN", "4096, AUTHOR_DOMAIN, ORDINARY"})
    void neitherPriorityTakesTheRoomOfTheOther(int room, QueryPriority flood, QueryPriority other)
            throws InterruptedException {
        leaveOpen(room, flood);

        assertThat(ask(ANSWERED, flood)).isEqualTo(CacheTestBase.OVERLOADED);
        assertThat(ask(ANSWERED, other)).isInstanceOf(DnsAnswer.NoData.class);
    }

    @Test
    void anOverloadedOrdinaryLookupIsRetriedForTheAuthorDomain() throws InterruptedException, ExecutionException {
        FutureTask<DnsAnswer<DnsRecord.Text>> ordinary =
                new FutureTask<>(() -> ask(OVERLOADED_NAME, QueryPriority.ORDINARY));
        Thread.startVirtualThread(ordinary);
        crowdedOutAsked.await();
        FutureTask<DnsAnswer<DnsRecord.Text>> author =
                new FutureTask<>(() -> ask(OVERLOADED_NAME, QueryPriority.AUTHOR_DOMAIN));
        Thread.startVirtualThread(author);
        crowdedOut.countDown();

        assertThat(ordinary.get()).isEqualTo(CacheTestBase.OVERLOADED);
        assertThat(author.get()).isInstanceOf(DnsAnswer.NoData.class);
    }
}
