package org.countersign.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.countersign.MessageOutcome;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether the Author Domain exists is queried only if {@code np} and the other policies differ (RFC 9989 §4.7). */
@Timeout(240)
class AuthorExistenceTest extends TemperrorFixture {
    @ParameterizedTest
    @ValueSource(strings = {"v=DMARC1; p=none; np=reject", "v=DMARC1; p=reject; np=none"})
    void mailIsDeferredIfTheExistenceOfTheAuthorDomainIsUnknown(String record) {
        dns = new Unanswered(zone(record), DnsQuery.a(DomainName.of("nobody.bank.example")));
        MessageOutcome.Judged outcome = judge("From: x@nobody.bank.example\r\n", "x@attacker.example", FORGER);
        assertDecided(outcome, "temperror", "tempfail", "dmarc-temperror-deferred");
        assertThat(outcome.facts().dmarc().orElseThrow().evidence().candidates())
                .hasSize(2);
        assertThat(outcome.facts().dmarc().orElseThrow().evidence().published()).isPresent();
    }

    @Test
    void existenceDoesNotMatterIfBothPoliciesGiveTheSameResult() {
        dns = new Unanswered(
                zone("v=DMARC1; p=none; np=quarantine; t=y"), DnsQuery.a(DomainName.of("nobody.bank.example")));
        assertDecided(
                judge("From: x@nobody.bank.example\r\n", "x@attacker.example", FORGER),
                "temperror",
                "accept",
                "dmarc-temperror-accepted");
    }

    /** A slow SPF record must not use up the time for the query whether the Author Domain exists. */
    @Test
    void existenceIsQueriedWhileASlowSpfRecordIsAwaited() {
        DnsQuery<DnsRecord.Address> existence = DnsQuery.a(DomainName.of("nobody.bank.example"));
        DnsClient zone = zone("v=DMARC1; p=none; np=reject");
        CountDownLatch asked = new CountDownLatch(1);
        dns = new Waiting(zone, DnsQuery.txt(DomainName.of("attacker.example")), existence, asked);
        assertDecided(
                judge("From: x@nobody.bank.example\r\n", "x@attacker.example", FORGER),
                "fail",
                "reject",
                "dmarc-reject");
    }

    @Test
    void anOrdinaryMessageMakesNoQueryAboutExistence() {
        dns = zone("v=DMARC1; p=reject; np=reject");
        MessageOutcome.Judged own = judge("From: ceo@bank.example\r\n", "x@bank.example", BANK);
        MessageOutcome.Judged below = judge("From: ceo@www.bank.example\r\n", "x@bank.example", BANK);
        assertThat(List.of(own, below))
                .allSatisfy(outcome -> assertThat(outcome.lookups())
                        .noneMatch(lookup -> lookup.query().toString().startsWith("A ")));
    }

    /** One query gets no answer. */
    private record Unanswered(DnsClient dns, DnsQuery<?> query) implements DnsClient {
        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> asked, Instant deadline) {
            return asked.equals(query)
                    ? new DnsAnswer.Unavailable<>(DnsAnswer.Failure.TIMEOUT, AnswerMetadata.NONE)
                    : dns.lookup(asked, deadline);
        }
    }

    /** One query is answered after another one has been made. */
    private record Waiting(DnsClient dns, DnsQuery<?> slow, DnsQuery<?> awaited, CountDownLatch asked)
            implements DnsClient {
        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
            if (query.equals(awaited)) {
                asked.countDown();
            }
            if (query.equals(slow)) {
                try {
                    assertThat(asked.await(100, TimeUnit.SECONDS))
                            .as("asked meanwhile")
                            .isTrue();
                } catch (InterruptedException givenUp) {
                    Thread.currentThread().interrupt();
                }
            }
            return dns.lookup(query, deadline);
        }
    }
}
