package org.countersign.doctor;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;

/** Makes every query of one examination once, no more than a number of them, and none after a moment. For one thread. */
final class LimitedLookups implements DnsLookups {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    // A domain with many selectors and a large SPF record needs some hundred.
    private static final int MAX_QUERIES = 2000;

    private final DnsClient client;
    private final InstantSource clock;
    private final Instant end;
    private final Map<DnsQuery<?>, DnsAnswer<?>> answers = new HashMap<>();

    /**
     * @param clock of the deadlines of {@code client}
     * @param end after which no query is made
     */
    LimitedLookups(DnsClient client, InstantSource clock, Instant end) {
        this.client = client;
        this.clock = clock;
        this.end = end;
    }

    /** Whether the time of the examination is over. */
    boolean isOver() {
        return !clock.instant().isBefore(end);
    }

    // An answer is stored under the query that it answers, so that the types match.
    @SuppressWarnings("unchecked")
    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query) {
        DnsAnswer<?> known = answers.get(query);
        if (known != null) {
            return (DnsAnswer<R>) known;
        }
        DnsAnswer<R> answer = answers.size() < MAX_QUERIES && !isOver()
                ? client.lookup(query, deadline())
                : new DnsAnswer.Unavailable<>(DnsAnswer.Failure.BUDGET_SPENT, AnswerMetadata.NONE);
        answers.put(query, answer);
        return answer;
    }

    private Instant deadline() {
        Instant own = clock.instant().plus(TIMEOUT);
        return own.isBefore(end) ? own : end;
    }
}
