package org.countersign.dns.cache;

import java.time.Duration;
import java.util.List;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.AnswerMetadata.Origin;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsAnswer.Failure;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.countersign.metrics.MetricRegistry;
import org.countersign.syntax.Octets;
import org.countersign.testing.ManualClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A cache with a manual clock, and its upstream client. */
@Timeout(240)
abstract class CacheTestBase {
    static final DnsQuery<DnsRecord.Text> QUERY = DnsQuery.txt(DomainName.of("example.org"));
    static final CacheSettings SETTINGS = new CacheSettings(
            1 << 20, Duration.ZERO, Duration.ofDays(1), Duration.ofSeconds(5), Duration.ofMinutes(10));
    static final DnsAnswer<DnsRecord.Text> DOWN =
            new DnsAnswer.Unavailable<>(Failure.SERVER_FAILURE, AnswerMetadata.NONE);
    static final DnsAnswer<DnsRecord.Text> OVERLOADED =
            new DnsAnswer.Unavailable<>(Failure.OVERLOADED, AnswerMetadata.NONE);

    final ManualClock clock = ManualClock.started();
    final ScriptedUpstream upstream = new ScriptedUpstream(query -> found("first", Duration.ofMinutes(1)));
    final MetricRegistry metrics = new MetricRegistry();
    CachingDnsClient cache = new CachingDnsClient(upstream, SETTINGS, clock, metrics);

    @AfterEach
    void completeLookups() {
        upstream.release();
    }

    /** An answer of a server. */
    static DnsAnswer<DnsRecord.Text> found(String text, Duration ttl) {
        return found(text, ttl, Origin.SERVER);
    }

    static DnsAnswer<DnsRecord.Text> cached(String text, Duration ttl) {
        return found(text, ttl, Origin.CACHE);
    }

    static DnsAnswer<DnsRecord.Text> stale(String text) {
        return found(text, Duration.ofSeconds(30), Origin.EXPIRED_CACHE);
    }

    private static DnsAnswer<DnsRecord.Text> found(String text, Duration ttl, Origin origin) {
        return new DnsAnswer.Found<>(
                List.of(new DnsRecord.Text(List.of(Octets.utf8(text)))),
                new AnswerMetadata(ttl, List.of(DomainName.of("alias.example")), true, origin));
    }

    static AnswerMetadata cachedFor(Duration ttl) {
        return AnswerMetadata.ttl(ttl).with(ttl, Origin.CACHE);
    }

    /** A failure that no cache returned. */
    static DnsAnswer<DnsRecord.Text> failed(Failure failure, Duration ttl) {
        return new DnsAnswer.Unavailable<>(failure, AnswerMetadata.ttl(ttl));
    }

    DnsAnswer<DnsRecord.Text> ask() {
        return ask(Duration.ofMinutes(10));
    }

    DnsAnswer<DnsRecord.Text> ask(Duration timeout) {
        return cache.lookup(QUERY, clock.instant().plus(timeout));
    }

    void settings(Duration minTtl, Duration maxTtl, Duration failureTtl, Duration serveStale) {
        cache = new CachingDnsClient(
                upstream, new CacheSettings(1 << 20, minTtl, maxTtl, failureTtl, serveStale), clock, metrics);
    }

    static List<String> texts(DnsAnswer<DnsRecord.Text> answer) {
        if (answer instanceof DnsAnswer.Found<DnsRecord.Text> found) {
            return found.records().stream().map(text -> text.joined().utf8()).toList();
        }
        throw new AssertionError("no records: " + answer);
    }
}
