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
 * Keeps what another client answers. However many messages ask the same question at once, it goes
 * upstream once; each of them waits until its own deadline and no longer.
 *
 * <ul>
 *   <li>An answer is kept for its TTL within the bounds of the settings, absence included (RFC 2308), and
 *       is handed out with what is left of that. One with a TTL of zero serves those who waited for it.
 *   <li>A failure is remembered briefly, so that a broken name does not cost every message its patience.
 *       When 8192 questions are open, which takes dead servers and a flood, a new one fails at once, as
 *       overloaded. That is never remembered: it says nothing about the name. There is room for 4096 more that are
 *       about Author Domains.
 *   <li>An answer with records that is asked for in the last tenth of its time is refreshed ahead of the
 *       end, by one flight that nobody waits for.
 *   <li>When no newer answer comes, from servers that fail or take longer than 1.8 seconds, the old one is
 *       handed out for a while with a TTL of 30 seconds (RFC 8767). Absence never is: that the servers are
 *       down proves nothing about what is not there.
 * </ul>
 */
public final class CachingDnsClient implements DnsClient {
    // Longer than any message waits for one answer; what comes after a message gave up is for the next.
    private static final Duration MAX_QUERY_TIME = Duration.ofSeconds(20);
    // Far above what resolvers in order ever leave open; what an outage may cost in memory.
    private static final int MAX_IN_FLIGHT = 8192;
    // Of each message two or three at a time, for more messages than a server of mail takes at once.
    private static final int MAX_AUTHOR_IN_FLIGHT = 4096;
    // RFC 2308 §5: one to three hours have been found to work well.
    private static final Duration MAX_NEGATIVE_TTL = Duration.ofHours(1);
    // RFC 8767 §5: the client response timer.
    private static final Duration STALE_ANSWER_TIMEOUT = Duration.ofMillis(1800);

    private final DnsClient upstream;
    private final CacheSettings settings;
    private final InstantSource clock;
    private final Cache<DnsQuery<?>, CacheEntry> entries;
    private final ConcurrentMap<DnsQuery<?>, Flight> flights = new ConcurrentHashMap<>();
    private final AtomicInteger authorFlights = new AtomicInteger();
    private final CacheMetrics metrics;

    /** A lookup that is under way, shared by all who ask the same question. */
    private record Flight(CompletableFuture<DnsAnswer<?>> answer, QueryPriority priority) {
        Flight(QueryPriority priority) {
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
        this.metrics = CacheMetrics.of(meter);
        this.upstream = upstream;
        this.settings = settings;
        this.clock = MeasuringClock.monotonicOf(clock);
        this.entries = Caffeine.newBuilder()
                .maximumWeight(settings.maxBytes())
                .<DnsQuery<?>, CacheEntry>weigher((question, entry) -> entry.weight(question))
                .expireAfter(Expiry.<DnsQuery<?>, CacheEntry>writing((question, entry) -> entry.keptFor()))
                .evictionListener((question, entry, cause) -> {
                    if (cause == RemovalCause.SIZE) {
                        metrics.evictions().increment();
                    }
                })
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(this.clock.millis()))
                // Upkeep happens on the thread that writes: no pool that others could fill.
                .executor(Runnable::run)
                .build();
        meter.gauge(CacheMetrics.ENTRIES, entries::estimatedSize);
        meter.gauge(
                CacheMetrics.BYTES,
                () -> entries.policy()
                        .eviction()
                        .map(policy -> policy.weightedSize().orElse(0))
                        .orElse(0L));
    }

    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question, Instant deadline) {
        return lookup(question, deadline, QueryPriority.ORDINARY);
    }

    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question, Instant deadline, QueryPriority priority) {
        long now = clock.millis();
        CacheEntry entry = entries.getIfPresent(question);
        if (entry == null || !entry.isUsable(now)) {
            metrics.misses().increment();
            return await(question, deadline, priority, null);
        }
        if (entry.isFresh(now)) {
            metrics.hits().increment();
            if (entry.claimRefresh(now)) {
                launch(question, priority);
            }
            return typed(question, entry.freshAnswer(now));
        }
        if (!entry.mayRefresh(now)) {
            metrics.hits().increment();
            metrics.stale().increment();
            return typed(question, entry.staleAnswer());
        }
        metrics.misses().increment();
        return await(question, deadline, priority, entry);
    }

    // An answer is only ever filed under the question that it was given to, so the kinds agree.
    @SuppressWarnings({"unchecked", "unused"})
    private static <R extends DnsRecord> DnsAnswer<R> typed(DnsQuery<R> question, DnsAnswer<?> answer) {
        return (DnsAnswer<R>) answer;
    }

    /** Waits for a flight until the deadline, or less long where there is an old answer to fall back on. */
    private <R extends DnsRecord> DnsAnswer<R> await(
            DnsQuery<R> question, Instant deadline, QueryPriority priority, @Nullable CacheEntry old) {
        DnsAnswer<?> answer = awaitFlight(question, deadline, priority, old != null);
        if (old != null && answer.isTrouble()) {
            metrics.stale().increment();
            return typed(question, old.staleAnswer());
        }
        return typed(question, answer);
    }

    private <R extends DnsRecord> DnsAnswer<?> awaitFlight(
            DnsQuery<R> question, Instant deadline, QueryPriority priority, boolean hasOld) {
        if (!clock.instant().isBefore(deadline)) {
            return new DnsAnswer.Unavailable<R>(DnsAnswer.Failure.DEADLINE, AnswerMetadata.NONE);
        }
        Flight flight = flight(question, priority);
        DnsAnswer<?> answer = await(flight, deadline, hasOld);
        boolean isCrowdedOut =
                answer instanceof DnsAnswer.Unavailable<?> none && none.failure() == DnsAnswer.Failure.OVERLOADED;
        // The flight was started by a query of lower priority, and found no room.
        return isCrowdedOut && flight.priority() != priority && priority == QueryPriority.AUTHOR_DOMAIN
                ? await(flight(question, priority), deadline, hasOld)
                : answer;
    }

    private DnsAnswer<?> await(Flight flight, Instant deadline, boolean hasOld) {
        Duration patience = Duration.between(clock.instant(), deadline);
        if (hasOld && patience.compareTo(STALE_ANSWER_TIMEOUT) > 0) {
            patience = STALE_ANSWER_TIMEOUT;
        }
        try {
            return flight.answer().get(TimeUnit.NANOSECONDS.convert(patience), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            // The flight goes on: its answer is for the next who asks.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("a flight never completes with an exception", impossible);
        }
        return new DnsAnswer.Unavailable<>(DnsAnswer.Failure.DEADLINE, AnswerMetadata.NONE);
    }

    /** The flight for this question: the one under way, or a new one, or the answer that just landed. */
    private <R extends DnsRecord> Flight flight(DnsQuery<R> question, QueryPriority priority) {
        Flight own = new Flight(priority);
        Flight underWay = begin(question, own);
        if (underWay != null) {
            return underWay;
        }
        if (isCrowded(priority, 1)) {
            metrics.overloads().increment();
            land(question, own, new DnsAnswer.Unavailable<>(DnsAnswer.Failure.OVERLOADED, AnswerMetadata.NONE));
            return own;
        }
        // A flight is taken off the list after its answer is filed: what landed in between is seen here.
        long now = clock.millis();
        CacheEntry landed = entries.getIfPresent(question);
        if (landed != null && landed.isFresh(now)) {
            land(question, own, landed.freshAnswer(now));
        } else {
            Thread.ofVirtual().name("dns flight").start(() -> fly(question, own));
        }
        return own;
    }

    /** Refreshes an answer that is still good, which is what can best be gone without when room is short. */
    private <R extends DnsRecord> void launch(DnsQuery<R> question, QueryPriority priority) {
        Flight own = new Flight(priority);
        if (!isCrowded(priority, 0) && begin(question, own) == null) {
            Thread.ofVirtual().name("dns refresh").start(() -> fly(question, own));
        }
    }

    private @Nullable Flight begin(DnsQuery<?> question, Flight own) {
        Flight underWay = flights.putIfAbsent(question, own);
        if (underWay == null && own.priority() == QueryPriority.AUTHOR_DOMAIN) {
            authorFlights.incrementAndGet();
        }
        return underWay;
    }

    /** @param own how many of the flights are the caller's */
    private boolean isCrowded(QueryPriority priority, int own) {
        int ofAuthors = authorFlights.get();
        return switch (priority) {
            case AUTHOR_DOMAIN -> ofAuthors - own >= MAX_AUTHOR_IN_FLIGHT;
            case ORDINARY -> flights.size() - ofAuthors - own >= MAX_IN_FLIGHT;
        };
    }

    private <R extends DnsRecord> void fly(DnsQuery<R> question, Flight own) {
        // Set first, so that a client that breaks its promise not to throw leaves no one waiting.
        DnsAnswer<R> answer = new DnsAnswer.Unavailable<>(DnsAnswer.Failure.NETWORK, AnswerMetadata.NONE);
        try {
            answer = upstream.lookup(question, clock.instant().plus(MAX_QUERY_TIME), own.priority());
        } finally {
            land(question, own, file(question, answer));
        }
    }

    private void land(DnsQuery<?> question, Flight own, DnsAnswer<?> answer) {
        if (flights.remove(question, own) && own.priority() == QueryPriority.AUTHOR_DOMAIN) {
            authorFlights.decrementAndGet();
        }
        own.answer().complete(answer);
    }

    /** Keeps the answer as long as it may be kept, and returns it as those who wait are to see it. */
    private <R extends DnsRecord> DnsAnswer<R> file(DnsQuery<R> question, DnsAnswer<R> answer) {
        return switch (answer) {
            case DnsAnswer.Found<R> found -> keep(question, found, settings.maxTtl(), settings.serveStale());
            case DnsAnswer.NoData<R> none -> keep(question, none, longestAbsence(), Duration.ZERO);
            case DnsAnswer.NoSuchName<R> none -> keep(question, none, longestAbsence(), Duration.ZERO);
            case DnsAnswer.BadAnswer<R> bad -> remember(question, bad);
            case DnsAnswer.Unavailable<R>(DnsAnswer.Failure failure, String detail, AnswerMetadata facts) ->
                switch (failure) {
                    case OVERLOADED -> {
                        metrics.overloads().increment();
                        yield CacheEntry.withTtl(answer, Duration.ZERO);
                    }
                    // The deadline was the flight's: for those who wait, no server answered in time.
                    case DEADLINE ->
                        remember(question, new DnsAnswer.Unavailable<>(DnsAnswer.Failure.TIMEOUT, detail, facts));
                    default -> remember(question, answer);
                };
        };
    }

    private Duration longestAbsence() {
        return MAX_NEGATIVE_TTL.compareTo(settings.maxTtl()) < 0 ? MAX_NEGATIVE_TTL : settings.maxTtl();
    }

    private <R extends DnsRecord> DnsAnswer<R> keep(
            DnsQuery<R> question, DnsAnswer<R> answer, Duration longest, Duration staleTime) {
        Duration ttl = answer.facts().ttl();
        if (!ttl.isPositive()) {
            entries.invalidate(question);
            return answer;
        }
        Duration atLeast = ttl.compareTo(settings.minTtl()) < 0 ? settings.minTtl() : ttl;
        Duration lifetime = atLeast.compareTo(longest) > 0 ? longest : atLeast;
        entries.put(question, new CacheEntry(answer, clock.millis(), lifetime, staleTime));
        return CacheEntry.withTtl(answer, lifetime);
    }

    private <R extends DnsRecord> DnsAnswer<R> remember(DnsQuery<R> question, DnsAnswer<R> trouble) {
        metrics.failures().increment();
        long now = clock.millis();
        Duration failureTtl = settings.failureTtl();
        CacheEntry old = entries.getIfPresent(question);
        if (old != null && old.isUsable(now)) {
            old.refreshFailed(now, failureTtl);
        } else if (failureTtl.isPositive()) {
            entries.put(question, new CacheEntry(trouble, now, failureTtl, Duration.ZERO));
        }
        return CacheEntry.withTtl(trouble, failureTtl);
    }
}
