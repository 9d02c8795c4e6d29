package org.countersign.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.signature.PublishedKey;
import org.countersign.signature.SigningIdentity;
import org.countersign.testing.ManualClock;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;

class PublishedKeyMonitorTest {
    private static final String NAME = "s1._domainkey.example.org";
    private static final SigningIdentity IDENTITY =
            new SigningIdentity(DomainName.of("example.org"), "s1", TestKeys.RSA);
    private static final StaticZone PUBLISHED =
            StaticZone.builder().txt(NAME, TestKeys.RSA.publicKeyRecord()).build();
    private static final StaticZone MISSING = StaticZone.builder().build();
    private static final StaticZone FAILING = StaticZone.builder()
            .failure(NAME, RecordType.TXT, DnsAnswer.Failure.TIMEOUT)
            .build();

    private final ManualClock clock = ManualClock.started();
    private final AtomicReference<StaticZone> zone = new AtomicReference<>(PUBLISHED);
    private final List<PublishedKey> reported = new CopyOnWriteArrayList<>();
    private final List<Instant> deadlines = new CopyOnWriteArrayList<>();
    private final DnsClient dns = new DnsClient() {
        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
            deadlines.add(deadline);
            return zone.get().lookup(query, deadline);
        }
    };
    private final PublishedKeyMonitor monitor = new PublishedKeyMonitor(
            dns, clock, Duration.ofMinutes(10), Runnable::run, (identity, state) -> reported.add(state));

    /** Lets the known state become outdated, and sends a message that needs it. */
    private void refreshWith(StaticZone published) {
        zone.set(published);
        clock.advance(Duration.ofMinutes(11));
        monitor.check(IDENTITY);
    }

    @Test
    void aKeyIsLookedUpOnceForAllMessagesOfAnInterval() {
        for (int i = 0; i < 100; i++) {
            assertThat(monitor.check(IDENTITY)).isEqualTo(new PublishedKey.Good());
        }
        assertThat(deadlines).hasSize(1);
        assertThat(reported).isEmpty();
    }

    @Test
    void theKnownStatesAreListedWithoutALookup() {
        assertThat(monitor.states()).isEmpty();
        monitor.check(IDENTITY);
        refreshWith(MISSING);
        assertThat(monitor.states())
                .containsExactly(Map.entry(IDENTITY.keyName(), new PublishedKey.Absent("no such name")));
        assertThat(deadlines).hasSize(2);
    }

    @Test
    void aKeyThatIsNotPublishedIsReportedOnce() {
        zone.set(MISSING);
        monitor.check(IDENTITY);
        monitor.check(IDENTITY);
        assertThat(reported).containsExactly(new PublishedKey.Absent("no such name"));
    }

    @Test
    void anOutdatedStateIsUsedOnceMoreWhileItIsRefreshed() {
        monitor.check(IDENTITY);
        zone.set(MISSING);
        clock.advance(Duration.ofMinutes(11));
        assertThat(monitor.check(IDENTITY)).isEqualTo(new PublishedKey.Good());
        assertThat(monitor.check(IDENTITY)).isEqualTo(new PublishedKey.Absent("no such name"));
    }

    @Test
    void aKeyThatDisappearsAndReturnsIsReportedBothTimes() {
        monitor.check(IDENTITY);
        refreshWith(MISSING);
        assertThat(monitor.check(IDENTITY)).isEqualTo(new PublishedKey.Absent("no such name"));
        refreshWith(PUBLISHED);
        assertThat(monitor.check(IDENTITY)).isEqualTo(new PublishedKey.Good());
        assertThat(reported).containsExactly(new PublishedKey.Absent("no such name"), new PublishedKey.Good());
    }

    @Test
    void aDnsErrorLeavesAKnownStateUnchanged() {
        monitor.check(IDENTITY);
        refreshWith(FAILING);
        assertThat(monitor.check(IDENTITY)).isEqualTo(new PublishedKey.Good());
        assertThat(reported).isEmpty();
    }

    @Test
    void aDnsErrorWithoutAKnownStateGivesUnknownAndIsNotReported() {
        zone.set(FAILING);
        assertThat(monitor.check(IDENTITY)).isInstanceOf(PublishedKey.Unknown.class);
        assertThat(reported).isEmpty();
    }

    @Test
    void theFirstMessageWaitsAFewSecondsAtMost() {
        monitor.check(IDENTITY);
        assertThat(Duration.between(clock.instant(), deadlines.get(0)))
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
    }
}
