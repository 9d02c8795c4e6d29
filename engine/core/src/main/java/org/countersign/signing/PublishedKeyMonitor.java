package org.countersign.signing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.MeasuringClock;
import org.countersign.domain.DomainName;
import org.countersign.keys.SigningKey;
import org.countersign.signature.PublishedKey;
import org.countersign.signature.SigningIdentity;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether the DNS publishes the keys that sign. The first message of a key waits for the lookup, for a few
 * seconds at most. Later messages use the cached state, which is refreshed in the background. A failed lookup leaves the
 * state unchanged. Safe for several threads.
 */
public final class PublishedKeyMonitor {
    private static final Duration LOOKUP_TIMEOUT = Duration.ofSeconds(3);
    // Shorter than the interval, since a DNS error may be over soon.
    private static final Duration RETRY_AFTER_ERROR = Duration.ofMinutes(1);

    private final DnsClient dns;
    private final InstantSource clock;
    private final Duration interval;
    private final Executor background;
    private final BiConsumer<SigningIdentity, PublishedKey> listener;
    private final ConcurrentMap<Key, KeyStatus> statuses = new ConcurrentHashMap<>();

    /**
     * @param interval the time after which a key is compared again, more than zero
     * @param background runs the lookups that refresh a state; each task blocks for one query
     * @param listener called when a key is found not to be published correctly, and when it is published again. It is
     *     called on the thread of the lookup, so it must return soon
     * @throws IllegalArgumentException if the interval is not more than zero
     */
    public PublishedKeyMonitor(
            DnsClient dns,
            InstantSource clock,
            Duration interval,
            Executor background,
            BiConsumer<SigningIdentity, PublishedKey> listener) {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("the interval between comparisons must be more than zero: " + interval);
        }
        this.dns = dns;
        this.clock = MeasuringClock.monotonicOf(clock);
        this.interval = interval;
        this.background = background;
        this.listener = listener;
    }

    // Without the AUID, because the same key may sign with the AUIDs of many authors.
    private record Key(DomainName name, SigningKey key) {}

    /** The state of a key. Waits for a lookup only if the state is not known yet. */
    public PublishedKey check(SigningIdentity identity) {
        return statuses.computeIfAbsent(new Key(identity.keyName(), identity.key()), key -> new KeyStatus(identity))
                .state();
    }

    /** The states that are known so far, by the names of the key records. Waits for no lookup. */
    public Map<DomainName, PublishedKey> states() {
        Map<DomainName, PublishedKey> states = new HashMap<>();
        statuses.forEach((key, status) -> status.known().ifPresent(state -> states.put(key.name(), state)));
        return states;
    }

    private PublishedKey lookup(SigningIdentity identity) {
        Instant deadline = clock.instant().plus(LOOKUP_TIMEOUT);
        return PublishedKey.lookup(identity, new DnsLookups() {
            @Override
            public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query) {
                return dns.lookup(query, deadline);
            }
        });
    }

    /** The state of one key, and when to refresh it. */
    private final class KeyStatus {
        private final SigningIdentity identity;
        private final AtomicBoolean refreshing = new AtomicBoolean();
        private volatile @Nullable Snapshot snapshot;

        private record Snapshot(PublishedKey state, Instant refreshAt) {}

        KeyStatus(SigningIdentity identity) {
            this.identity = identity;
        }

        Optional<PublishedKey> known() {
            Snapshot current = snapshot;
            return current == null ? Optional.empty() : Optional.of(current.state());
        }

        PublishedKey state() {
            Snapshot current = snapshot;
            if (current == null) {
                return update(lookup(identity));
            }
            if (!clock.instant().isBefore(current.refreshAt()) && refreshing.compareAndSet(false, true)) {
                background.execute(() -> {
                    try {
                        update(lookup(identity));
                    } finally {
                        refreshing.set(false);
                    }
                });
            }
            return current.state();
        }

        private PublishedKey update(PublishedKey found) {
            Snapshot before;
            PublishedKey state;
            synchronized (this) {
                before = snapshot;
                boolean failed = found instanceof PublishedKey.Unknown;
                state = failed && before != null ? before.state() : found;
                snapshot = new Snapshot(state, clock.instant().plus(failed ? RETRY_AFTER_ERROR : interval));
            }
            boolean wasBad = before != null && before.state().isBad();
            if (state.isBad() ? before == null || !state.equals(before.state()) : wasBad) {
                listener.accept(identity, state);
            }
            return state;
        }
    }
}
