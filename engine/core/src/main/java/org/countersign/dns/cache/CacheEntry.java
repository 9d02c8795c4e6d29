package org.countersign.dns.cache;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.AnswerMetadata.Origin;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;

/**
 * A cached answer and its lifetime, in milliseconds of the cache's clock. Immutable, except for two flags: that a refresh
 * has started, and that a refresh failed. An entry with a storage time in the future is not valid, so that a clock that
 * is set back cannot extend its lifetime. Thread-safe.
 */
final class CacheEntry {
    // RFC 8767 §4: the TTL of expired answers.
    private static final Duration STALE_TTL = Duration.ofSeconds(30);
    // A request in the last tenth of the lifetime shows that the name is in use.
    private static final int REFRESH_FRACTION = 10;
    private static final long MIN_LIFETIME_TO_REFRESH = 10_000;

    private final DnsAnswer<?> answer;
    private final long storedAt;
    private final long lifetime;
    private final long staleTime;
    private final AtomicBoolean refreshClaimed = new AtomicBoolean();
    private volatile Pause pause = Pause.NONE;

    /** The time in which no refresh is attempted. */
    private record Pause(long from, long until) {
        static final Pause NONE = new Pause(Long.MAX_VALUE, Long.MIN_VALUE);
    }

    /**
     * @param lifetime how long the answer is fresh
     * @param staleTime how much longer it may be returned if there is no newer answer
     */
    CacheEntry(DnsAnswer<?> answer, long storedAt, Duration lifetime, Duration staleTime) {
        this.answer = answer;
        this.storedAt = storedAt;
        this.lifetime = lifetime.toMillis();
        this.staleTime = staleTime.toMillis();
    }

    /** How long the entry stays in the cache. */
    Duration retention() {
        return Duration.ofMillis(lifetime + staleTime);
    }

    boolean isFresh(long now) {
        return isYoungerThan(lifetime, now);
    }

    /** Whether it may be returned, fresh or as a stale answer. */
    boolean isUsable(long now) {
        return isYoungerThan(lifetime + staleTime, now);
    }

    private boolean isYoungerThan(long age, long now) {
        return now >= storedAt && now - storedAt < age;
    }

    /** Whether the caller must refresh this fresh entry; true for one caller only. */
    boolean claimRefresh(long now) {
        return lifetime >= MIN_LIFETIME_TO_REFRESH
                && answer instanceof DnsAnswer.Found
                && now - storedAt >= lifetime - lifetime / REFRESH_FRACTION
                && !refreshClaimed.get()
                && refreshClaimed.compareAndSet(false, true);
    }

    /** Records that there was no newer answer; the next refresh is due after this time. */
    void refreshFailed(long now, Duration backoff) {
        pause = new Pause(now, now + backoff.toMillis());
    }

    boolean mayRefresh(long now) {
        Pause last = pause;
        return now < last.from() || now >= last.until();
    }

    /** The fresh answer with its remaining TTL. */
    DnsAnswer<?> freshAnswer(long now) {
        return with(answer, Duration.ofMillis(lifetime - (now - storedAt)), Origin.CACHE);
    }

    DnsAnswer<?> staleAnswer() {
        return with(answer, STALE_TTL, Origin.EXPIRED_CACHE);
    }

    /** The answer of a server with the TTL that the cache allows. */
    static <R extends DnsRecord> DnsAnswer<R> withTtl(DnsAnswer<R> answer, Duration ttl) {
        return with(answer, ttl, Origin.SERVER);
    }

    private static <R extends DnsRecord> DnsAnswer<R> with(DnsAnswer<R> answer, Duration ttl, Origin origin) {
        AnswerMetadata metadata = answer.metadata().with(ttl, origin);
        return switch (answer) {
            case DnsAnswer.Found<R> found -> new DnsAnswer.Found<>(found.records(), metadata);
            case DnsAnswer.NoData<R> none -> new DnsAnswer.NoData<>(metadata);
            case DnsAnswer.NoSuchName<R> none -> new DnsAnswer.NoSuchName<>(metadata);
            case DnsAnswer.BadAnswer<R> bad -> new DnsAnswer.BadAnswer<>(bad.problem(), metadata);
            case DnsAnswer.Unavailable<R> none -> new DnsAnswer.Unavailable<>(none.failure(), none.detail(), metadata);
        };
    }

    /** The estimated memory of the entry with its query, in octets. */
    int weight(DnsQuery<?> query) {
        // The entry, the answer, its metadata, the query and the node of the cache.
        return 400 + DnsRecord.weight(query.name()) + answer.weight();
    }
}
