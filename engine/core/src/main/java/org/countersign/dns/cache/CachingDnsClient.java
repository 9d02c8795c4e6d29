package org.countersign.dns.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.MeasuringClock;
import org.countersign.dns.QueryPriority;
import org.countersign.metrics.Meter;
import org.jspecify.annotations.Nullable;

/**
 * Caches the answers of another client. Any number of messages that make the same query at the same time share one
 * upstream lookup, and each waits no longer than its own deadline.
 *
 * <ul>
 *   <li>An answer is cached for its TTL within the bounds of the settings, and returned with the remaining TTL. The
 *       same holds for negative answers (RFC 2308). An answer with a TTL of zero is only returned to the messages that
 *       waited for it.
 *   <li>A failure is cached briefly (RFC 9520), so that not every message waits for the timeout of a broken name.
 *   <li>At most 8192 lookups are in flight, fewer with a heap below 512 MiB, and half as many more about Author Domains. A
 *       lookup beyond that fails at once as overloaded. Such a failure is never cached, because it says nothing about the name.
 *   <li>A positive answer that is requested in the last tenth of its lifetime is refreshed in the background.
 *   <li>If the servers fail or take longer than 1.8 seconds, an expired answer is returned for a limited time with a
 *       TTL of 30 seconds (RFC 8767). An expired negative answer is never returned: servers that are down prove nothing
 *       about the absence of a record.
 * </ul>
 *
 * <p>Lookups in flight have a map of their own, because Caffeine's {@code AsyncCache} and {@code LoadingCache.refresh}
 * do not fit. An {@code AsyncCache} would replace an expired entry by the lookup in flight, so that messages that arrive
 * meanwhile would have no expired answer to fall back on. {@code refresh} keeps the old entry, but its loader receives only the
 * key, and not the priority of the query. Both store what a lookup returns, also answers with a TTL of zero and
 * overloads. The bounds for each priority need counters anyway, so that neither version was shorter than this one.
 */
public final class CachingDnsClient implements DnsClient {
    // Longer than any message waits for one answer: a late answer serves the next message.
    private static final Duration MAX_QUERY_TIME = Duration.ofSeconds(20);
    // One lookup is allowed for this much of the heap. It takes about 8 KB itself, mostly the stacks of the threads
    // that run it
    // and wait for it, so ordinary lookups together take at most an eighth of the heap.
    private static final long HEAP_PER_LOOKUP = 64L << 10;
    // Bounds the memory during an outage; far above what working resolvers leave unanswered.
    private static final int MAX_IN_FLIGHT =
            (int) Math.min(8192, Runtime.getRuntime().maxMemory() / HEAP_PER_LOOKUP);
    // Two or three per message, for more messages than a mail server receives at once.
    private static final int MAX_AUTHOR_IN_FLIGHT = MAX_IN_FLIGHT / 2;
    // RFC 2308 §5: one to three hours have been found to work well.
    private static final Duration MAX_NEGATIVE_TTL = Duration.ofHours(1);
    // RFC 8767 §5: the client response timer.
    private static final Duration STALE_ANSWER_TIMEOUT = Duration.ofMillis(1800);

    private final DnsClient upstream;
    private final CacheSettings settings;
    private final InstantSource clock;
    private final CacheMetrics metrics;
    private final Cache<DnsQuery<?>, CacheEntry> entries;
    private final ConcurrentMap<DnsQuery<?>, InFlight> inFlight = new ConcurrentHashMap<>();
    private final AtomicInteger authorsInFlight = new AtomicInteger();

    /** An upstream lookup, shared by all callers with the same query. */
    private record InFlight(CompletableFuture<DnsAnswer<?>> answer, QueryPriority priority) {
        InFlight(QueryPriority priority) {
            this(new CompletableFuture<>(), priority);
        }
    }

    /** A cache without metrics. */
    public CachingDnsClient(DnsClient upstream, CacheSettings settings, InstantSource clock) {
        this(upstream, settings, clock, Meter.NONE);
    }

    /**
     * @param upstream answers queries that are not in the cache; called on virtual threads
     * @param clock measures TTLs and deadlines; the monotonic one of a {@link MeasuringClock} is used
     * @param meter receives the metrics listed in {@link CacheMetrics}
     */
    public CachingDnsClient(DnsClient upstream, CacheSettings settings, InstantSource clock, Meter meter) {
        this.upstream = upstream;
        this.settings = settings;
        this.clock = MeasuringClock.monotonicOf(clock);
        this.metrics = new CacheMetrics(meter);
        this.entries = Caffeine.newBuilder()
                .maximumWeight(settings.maxBytes())
                .<DnsQuery<?>, CacheEntry>weigher((query, entry) -> entry.weight(query))
                .expireAfter(Expiry.<DnsQuery<?>, CacheEntry>writing((query, entry) -> entry.retention()))
                .evictionListener((query, entry, cause) -> {
                    if (cause == RemovalCause.SIZE) {
                        metrics.evictions().increment();
                    }
                })
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(this.clock.millis()))
                // Maintenance runs on the writing thread: no shared pool that other code could block.
                .executor(Runnable::run)
                .build();
        meter.gauge(CacheMetrics.MAX_BYTES, settings::maxBytes);
        meter.gauge(CacheMetrics.IN_FLIGHT, inFlight::size);
        meter.gauge(CacheMetrics.ENTRIES, entries::estimatedSize);
        meter.gauge(
                CacheMetrics.BYTES,
                () -> entries.policy()
                        .eviction()
                        .map(policy -> policy.weightedSize().orElse(0))
                        .orElse(0L));
    }

    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
        return lookup(query, deadline, QueryPriority.ORDINARY);
    }

    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline, QueryPriority priority) {
        long now = clock.millis();
        CacheEntry entry = entries.getIfPresent(query);
        if (entry == null || !entry.isUsable(now)) {
            metrics.misses().increment();
            return await(query, deadline, priority, null);
        }
        if (entry.isFresh(now)) {
            metrics.hits().increment();
            if (entry.claimRefresh(now)) {
                refresh(query, priority);
            }
            return typed(query, entry.freshAnswer(now));
        }
        if (!entry.mayRefresh(now)) {
            metrics.hits().increment();
            metrics.stale().increment();
            return typed(query, entry.staleAnswer());
        }
        metrics.misses().increment();
        return await(query, deadline, priority, entry);
    }

    // An answer is only stored under the query that it answers, so that the record types match.
    @SuppressWarnings({"unchecked", "unused"})
    private static <R extends DnsRecord> DnsAnswer<R> typed(DnsQuery<R> query, DnsAnswer<?> answer) {
        return (DnsAnswer<R>) answer;
    }

    /** Waits for a lookup until the deadline, or less long if there is an expired answer to fall back on. */
    private <R extends DnsRecord> DnsAnswer<R> await(
            DnsQuery<R> query, Instant deadline, QueryPriority priority, @Nullable CacheEntry expired) {
        Instant begun = clock.instant();
        DnsAnswer<?> answer = awaitInFlight(query, deadline, priority, expired != null);
        metrics.waits().record(Duration.between(begun, clock.instant()).toNanos());
        if (expired != null && answer.isError()) {
            metrics.stale().increment();
            return typed(query, expired.staleAnswer());
        }
        return typed(query, answer);
    }

    private <R extends DnsRecord> DnsAnswer<?> awaitInFlight(
            DnsQuery<R> query, Instant deadline, QueryPriority priority, boolean hasExpired) {
        if (!clock.instant().isBefore(deadline)) {
            return new DnsAnswer.Unavailable<R>(DnsAnswer.Failure.DEADLINE, AnswerMetadata.NONE);
        }
        InFlight lookup = join(query, priority);
        DnsAnswer<?> answer = await(lookup, deadline, hasExpired);
        boolean isOverloaded =
                answer instanceof DnsAnswer.Unavailable<?> none && none.failure() == DnsAnswer.Failure.OVERLOADED;
        // A query of lower priority started the lookup, which was dropped as overloaded.
        return isOverloaded && lookup.priority() != priority && priority == QueryPriority.AUTHOR_DOMAIN
                ? await(join(query, priority), deadline, hasExpired)
                : answer;
    }

    private DnsAnswer<?> await(InFlight lookup, Instant deadline, boolean hasExpired) {
        Duration timeout = Duration.between(clock.instant(), deadline);
        if (hasExpired && timeout.compareTo(STALE_ANSWER_TIMEOUT) > 0) {
            timeout = STALE_ANSWER_TIMEOUT;
        }
        try {
            return lookup.answer().get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            // The lookup continues, and its answer serves the next caller.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("a lookup never completes with an exception", impossible);
        }
        return new DnsAnswer.Unavailable<>(DnsAnswer.Failure.DEADLINE, AnswerMetadata.NONE);
    }

    /** The lookup in flight for this query: an earlier one, a new one, or one that has just been completed. */
    private <R extends DnsRecord> InFlight join(DnsQuery<R> query, QueryPriority priority) {
        InFlight own = new InFlight(priority);
        InFlight earlier = register(query, own);
        if (earlier != null) {
            return earlier;
        }
        if (isFull(priority, 1)) {
            metrics.overloads().increment();
            complete(query, own, new DnsAnswer.Unavailable<>(DnsAnswer.Failure.OVERLOADED, AnswerMetadata.NONE));
            return own;
        }
        // A lookup is removed from the map after its answer has been stored. If it ended since the caller read the
        // cache, its answer is found here.
        long now = clock.millis();
        CacheEntry stored = entries.getIfPresent(query);
        if (stored != null && stored.isFresh(now)) {
            complete(query, own, stored.freshAnswer(now));
        } else {
            Thread.ofVirtual().name("dns lookup").start(() -> run(query, own));
        }
        return own;
    }

    /** Refreshes an answer that is still fresh. Does nothing if the limit of lookups is reached. */
    private <R extends DnsRecord> void refresh(DnsQuery<R> query, QueryPriority priority) {
        InFlight own = new InFlight(priority);
        if (!isFull(priority, 0) && register(query, own) == null) {
            Thread.ofVirtual().name("dns refresh").start(() -> run(query, own));
        }
    }

    /** Registers a lookup, unless one for the same query is in flight already; that one is returned. */
    private @Nullable InFlight register(DnsQuery<?> query, InFlight own) {
        InFlight earlier = inFlight.putIfAbsent(query, own);
        if (earlier == null && own.priority() == QueryPriority.AUTHOR_DOMAIN) {
            authorsInFlight.incrementAndGet();
        }
        return earlier;
    }

    /** @param own how many of the registered lookups are the caller's */
    private boolean isFull(QueryPriority priority, int own) {
        int authors = authorsInFlight.get();
        return switch (priority) {
            case AUTHOR_DOMAIN -> authors - own >= MAX_AUTHOR_IN_FLIGHT;
            case ORDINARY -> inFlight.size() - authors - own >= MAX_IN_FLIGHT;
        };
    }

    private <R extends DnsRecord> void run(DnsQuery<R> query, InFlight own) {
        // Assigned first: if the upstream client throws against its contract, nobody waits forever.
        DnsAnswer<R> answer = new DnsAnswer.Unavailable<>(DnsAnswer.Failure.NETWORK, AnswerMetadata.NONE);
        try {
            answer = upstream.lookup(query, clock.instant().plus(MAX_QUERY_TIME), own.priority());
        } finally {
            complete(query, own, store(query, answer));
        }
    }

    private void complete(DnsQuery<?> query, InFlight own, DnsAnswer<?> answer) {
        if (inFlight.remove(query, own) && own.priority() == QueryPriority.AUTHOR_DOMAIN) {
            authorsInFlight.decrementAndGet();
        }
        own.answer().complete(answer);
    }

    /** Stores the answer for as long as allowed, and returns it as the waiting callers should see it. */
    private <R extends DnsRecord> DnsAnswer<R> store(DnsQuery<R> query, DnsAnswer<R> answer) {
        return switch (answer) {
            case DnsAnswer.Found<R> found -> storeAnswer(query, found, settings.maxTtl(), settings.serveStale());
            case DnsAnswer.NoData<R> none -> storeAnswer(query, none, maxNegativeTtl(), Duration.ZERO);
            case DnsAnswer.NoSuchName<R> none -> storeAnswer(query, none, maxNegativeTtl(), Duration.ZERO);
            case DnsAnswer.BadAnswer<R> bad -> storeFailure(query, bad);
            case DnsAnswer.Unavailable<R>(DnsAnswer.Failure failure, String detail, AnswerMetadata metadata) ->
                switch (failure) {
                    case OVERLOADED -> {
                        metrics.overloads().increment();
                        yield CacheEntry.withTtl(answer, Duration.ZERO);
                    }
                    // The deadline was that of the lookup: for the waiting callers, no server answered in time.
                    case DEADLINE ->
                        storeFailure(query, new DnsAnswer.Unavailable<>(DnsAnswer.Failure.TIMEOUT, detail, metadata));
                    default -> storeFailure(query, answer);
                };
        };
    }

    private Duration maxNegativeTtl() {
        return MAX_NEGATIVE_TTL.compareTo(settings.maxTtl()) < 0 ? MAX_NEGATIVE_TTL : settings.maxTtl();
    }

    private <R extends DnsRecord> DnsAnswer<R> storeAnswer(
            DnsQuery<R> query, DnsAnswer<R> answer, Duration maxTtl, Duration staleTime) {
        Duration ttl = answer.metadata().ttl();
        if (!ttl.isPositive()) {
            entries.invalidate(query);
            return answer;
        }
        Duration atLeastMin = ttl.compareTo(settings.minTtl()) < 0 ? settings.minTtl() : ttl;
        Duration lifetime = atLeastMin.compareTo(maxTtl) > 0 ? maxTtl : atLeastMin;
        entries.put(query, new CacheEntry(answer, clock.millis(), lifetime, staleTime));
        return CacheEntry.withTtl(answer, lifetime);
    }

    private <R extends DnsRecord> DnsAnswer<R> storeFailure(DnsQuery<R> query, DnsAnswer<R> failure) {
        metrics.failed(failure);
        long now = clock.millis();
        Duration failureTtl = settings.failureTtl();
        CacheEntry earlier = entries.getIfPresent(query);
        if (earlier != null && earlier.isUsable(now)) {
            earlier.refreshFailed(now, failureTtl);
        } else if (failureTtl.isPositive()) {
            entries.put(query, new CacheEntry(failure, now, failureTtl, Duration.ZERO));
        }
        return CacheEntry.withTtl(failure, failureTtl);
    }
}
