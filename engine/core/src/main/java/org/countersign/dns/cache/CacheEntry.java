package org.countersign.dns.cache;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;

/**
 * An answer and until when it holds, in milliseconds since 1970. Immutable but for two notes: that
 * somebody has gone to refresh it, and that refreshing it failed. An entry that was stored later than now does not
 * hold: a clock that goes back must not make it last longer. Safe for several threads.
 */
final class CacheEntry {
    // RFC 8767 §4: what is stale is handed out with this TTL.
    private static final Duration STALE_TTL = Duration.ofSeconds(30);
    // A name that is asked for in the last tenth of its time is worth asking for ahead of the end.
    private static final int REFRESH_FRACTION = 10;
    private static final long MIN_LIFETIME_TO_REFRESH = 10_000;

    private final DnsAnswer<?> answer;
    private final long storedAt;
    private final long lifetime;
    private final long staleTime;
    private final AtomicBoolean refreshClaimed = new AtomicBoolean();
    private volatile Pause pause = Pause.NONE;

    /** The time in which no refresh is tried. */
    private record Pause(long from, long until) {
        static final Pause NONE = new Pause(Long.MAX_VALUE, Long.MIN_VALUE);
    }

    /**
     * @param lifetime how long the answer is fresh
     * @param staleTime how much longer it may be given out when nothing better can be had
     */
    CacheEntry(DnsAnswer<?> answer, long storedAt, Duration lifetime, Duration staleTime) {
        this.answer = answer;
        this.storedAt = storedAt;
        this.lifetime = lifetime.toMillis();
        this.staleTime = staleTime.toMillis();
    }

    Duration keptFor() {
        return Duration.ofMillis(lifetime + staleTime);
    }

    boolean isFresh(long now) {
        return isAged(now, lifetime);
    }

    /** Whether it may stand in for an answer that cannot be had. */
    boolean isUsable(long now) {
        return isAged(now, lifetime + staleTime);
    }

    private boolean isAged(long now, long atMost) {
        return now >= storedAt && now - storedAt < atMost;
    }

    /** Whether the caller, and nobody else, is to refresh this fresh entry. */
    boolean claimRefresh(long now) {
        return lifetime >= MIN_LIFETIME_TO_REFRESH
                && answer instanceof DnsAnswer.Found
                && now - storedAt >= lifetime - lifetime / REFRESH_FRACTION
                && !refreshClaimed.get()
                && refreshClaimed.compareAndSet(false, true);
    }

    /** Notes that the servers failed to give a newer answer; the next try is due after this pause. */
    void refreshFailed(long now, Duration untilNextTry) {
        pause = new Pause(now, now + untilNextTry.toMillis());
    }

    boolean mayRefresh(long now) {
        Pause last = pause;
        return now < last.from() || now >= last.until();
    }

    /** The fresh answer with what is left of its TTL. */
    DnsAnswer<?> freshAnswer(long now) {
        return withTtl(answer, Duration.ofMillis(lifetime - (now - storedAt)));
    }

    DnsAnswer<?> staleAnswer() {
        return withTtl(answer, STALE_TTL);
    }

    static <R extends DnsRecord> DnsAnswer<R> withTtl(DnsAnswer<R> answer, Duration ttl) {
        AnswerMetadata facts = answer.facts().withTtl(ttl);
        return switch (answer) {
            case DnsAnswer.Found<R> found -> new DnsAnswer.Found<>(found.records(), facts);
            case DnsAnswer.NoData<R> none -> new DnsAnswer.NoData<>(facts);
            case DnsAnswer.NoSuchName<R> none -> new DnsAnswer.NoSuchName<>(facts);
            case DnsAnswer.BadAnswer<R> bad -> new DnsAnswer.BadAnswer<>(bad.problem(), facts);
            case DnsAnswer.Unavailable<R> none -> new DnsAnswer.Unavailable<>(none.failure(), none.detail(), facts);
        };
    }

    /** About how much memory this takes together with its question, in octets. */
    int weight(DnsQuery<?> question) {
        // The entry, the answer, its facts, the question and the cache's own node.
        return 400 + DnsRecord.weight(question.name()) + answer.weight();
    }
}
