package org.countersign.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.countersign.dns.cache.CacheSettings;
import org.countersign.dns.cache.CachingDnsClient;
import org.countersign.domain.DomainName;
import org.junit.jupiter.api.Test;

class MessageLookupsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final Instant DEADLINE = Instant.parse("2026-11-23T12:00:20Z");
    private static final DnsQuery<DnsRecord.Text> QUERY = DnsQuery.txt(DomainName.of("example.org"));

    private final Counting client =
            new Counting(StaticZone.builder().txt("example.org", "v=spf1 -all").build());

    @Test
    void makesNoQueryTwice() {
        MessageLookups lookups = new MessageLookups(client, 10, DEADLINE);
        assertThat(lookups.lookup(QUERY)).isEqualTo(lookups.lookup(QUERY));
        assertThat(client.asked).hasValue(1);
    }

    @Test
    void anAnswerThatMustNotBeCachedServesOnlyTheMessageThatMadeTheQuery() {
        Counting fleeting = new Counting(new DnsClient() {
            @Override
            public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
                return new DnsAnswer.Found<>(List.of(), AnswerMetadata.ttl(Duration.ZERO));
            }
        });
        CachingDnsClient cache = new CachingDnsClient(fleeting, CacheSettings.DEFAULT, InstantSource.fixed(NOW));
        MessageLookups first = new MessageLookups(cache, 10, DEADLINE);
        first.lookup(QUERY);
        first.lookup(QUERY);
        assertThat(fleeting.asked).hasValue(1);

        new MessageLookups(cache, 10, DEADLINE).lookup(QUERY);
        assertThat(fleeting.asked).hasValue(2);
    }

    @Test
    void aLargeAnswerWithoutMemoryForItIsAnOverload() {
        Counting large = new Counting(StaticZone.builder()
                .txt("example.org", "x".repeat(5_000))
                .txt("small.example", "v=spf1 -all")
                .build());
        List<Long> taken = new ArrayList<>();
        MessageLookups lookups = new MessageLookups(large, 10, DEADLINE, octets -> {
            taken.add(octets);
            return false;
        });

        DnsAnswer<DnsRecord.Text> answer = lookups.lookup(QUERY);

        assertThat(answer.isLocalFailure()).isTrue();
        assertThat(answer.describe()).contains("memory");
        assertThat(lookups.lookup(QUERY)).isEqualTo(answer);
        assertThat(lookups.lookup(DnsQuery.txt(DomainName.of("small.example")))).isInstanceOf(DnsAnswer.Found.class);
        assertThat(taken).singleElement().satisfies(octets -> assertThat(octets).isGreaterThan(5_000));
    }

    @Test
    void makesNoQueryTwiceFromManyThreads() throws InterruptedException, ExecutionException {
        MessageLookups lookups = new MessageLookups(client, 10, DEADLINE);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new java.util.ArrayList<Future<DnsAnswer<DnsRecord.Text>>>();
            for (int i = 0; i < 50; i++) {
                answers.add(threads.submit(() -> lookups.lookup(QUERY)));
            }
            for (Future<DnsAnswer<DnsRecord.Text>> answer : answers) {
                assertThat(answer.get()).isInstanceOf(DnsAnswer.Found.class);
            }
        }
        assertThat(client.asked).hasValue(1);
    }

    @Test
    void stopsAtTheBudgetAndSaysSo() {
        MessageLookups lookups = new MessageLookups(client, 1, DEADLINE);
        assertThat(lookups.lookup(QUERY)).isInstanceOf(DnsAnswer.Found.class);
        assertThat(lookups.lookup(DnsQuery.a(DomainName.of("example.org"))))
                .isEqualTo(new DnsAnswer.Unavailable<>(DnsAnswer.Failure.BUDGET_SPENT, AnswerMetadata.NONE));
        assertThat(lookups.lookup(QUERY)).isInstanceOf(DnsAnswer.Found.class);
        assertThat(client.asked).hasValue(1);
    }

    @Test
    void aCheckWithASeparateBudgetUsesNothingOfTheMessagesBudget() {
        MessageLookups lookups = new MessageLookups(client, 1, DEADLINE);
        DnsLookups separate = lookups.withSeparateBudget(2);
        DnsQuery<DnsRecord.Address> other = DnsQuery.a(DomainName.of("example.org"));
        assertThat(separate.lookup(other).isError()).isFalse();
        assertThat(separate.lookup(DnsQuery.aaaa(DomainName.of("example.org"))).isError())
                .isFalse();
        assertThat(separate.lookup(QUERY))
                .isEqualTo(new DnsAnswer.Unavailable<>(DnsAnswer.Failure.BUDGET_SPENT, AnswerMetadata.NONE));
        assertThat(lookups.lookup(QUERY)).isInstanceOf(DnsAnswer.Found.class);
        assertThat(client.asked).hasValue(3);
        assertThat(lookups.trace()).hasSize(3);
    }

    @Test
    void aQueryMadeUnderOneBudgetIsFreeUnderTheOther() {
        MessageLookups lookups = new MessageLookups(client, 1, DEADLINE);
        DnsLookups separate = lookups.withSeparateBudget(1);
        DnsQuery<DnsRecord.Address> other = DnsQuery.a(DomainName.of("example.org"));
        lookups.lookup(QUERY);
        separate.lookup(other);
        assertThat(separate.lookup(QUERY)).isInstanceOf(DnsAnswer.Found.class);
        assertThat(lookups.lookup(other).isError()).isFalse();
        assertThat(client.asked).hasValue(2);
    }

    @Test
    void recordsTheQueriesInTheirOrder() {
        MessageLookups lookups = new MessageLookups(client, 10, DEADLINE);
        lookups.lookup(QUERY);
        lookups.lookup(DnsQuery.mx(DomainName.of("nowhere.example")));
        assertThat(lookups.trace())
                .extracting(LookupTrace::toString)
                .hasSize(2)
                .satisfiesExactly(
                        first -> assertThat(first).contains("TXT example.org", "1 record"),
                        second -> assertThat(second).contains("MX nowhere.example", "no such name"));
    }

    private static final class Counting implements DnsClient {
        private final DnsClient zone;
        private final AtomicInteger asked = new AtomicInteger();

        private Counting(DnsClient zone) {
            this.zone = zone;
        }

        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
            asked.incrementAndGet();
            return zone.lookup(query, deadline);
        }
    }

    @Test
    void queriesAboutTheAuthorDomainHaveTheirOwnBudgetAndPriority() {
        List<QueryPriority> priorities = new ArrayList<>();
        DnsClient noting = new DnsClient() {
            @Override
            public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
                throw new AssertionError("asked without a priority");
            }

            @Override
            public <R extends DnsRecord> DnsAnswer<R> lookup(
                    DnsQuery<R> query, Instant deadline, QueryPriority priority) {
                priorities.add(priority);
                return new DnsAnswer.NoData<>(AnswerMetadata.NONE);
            }
        };
        MessageLookups lookups = new MessageLookups(noting, 1, DEADLINE);
        DnsLookups author = lookups.forAuthorDomain(1);
        lookups.lookup(DnsQuery.a(DomainName.of("example.org")));
        assertThat(lookups.lookup(QUERY).isLocalFailure()).as("over the budget").isTrue();

        assertThat(author.lookup(QUERY)).isInstanceOf(DnsAnswer.NoData.class);
        assertThat(author.lookup(DnsQuery.aaaa(DomainName.of("example.org"))).isLocalFailure())
                .isTrue();
        assertThat(priorities).containsExactly(QueryPriority.ORDINARY, QueryPriority.AUTHOR_DOMAIN);
    }

    @Test
    void anOverloadedQueryOfAnotherCheckIsRetriedForTheAuthorDomain() {
        DnsClient crowded = new DnsClient() {
            @Override
            public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
                return new DnsAnswer.Unavailable<>(DnsAnswer.Failure.OVERLOADED, AnswerMetadata.NONE);
            }

            @Override
            public <R extends DnsRecord> DnsAnswer<R> lookup(
                    DnsQuery<R> query, Instant deadline, QueryPriority priority) {
                return priority == QueryPriority.ORDINARY
                        ? lookup(query, deadline)
                        : new DnsAnswer.NoData<>(AnswerMetadata.NONE);
            }
        };
        MessageLookups lookups = new MessageLookups(crowded, 10, DEADLINE);
        assertThat(lookups.lookup(QUERY).isLocalFailure()).isTrue();

        assertThat(lookups.forAuthorDomain(1).lookup(QUERY)).isInstanceOf(DnsAnswer.NoData.class);
        assertThat(lookups.lookup(QUERY)).as("known from now on").isInstanceOf(DnsAnswer.NoData.class);
        assertThat(lookups.trace()).hasSize(1);
    }
}
