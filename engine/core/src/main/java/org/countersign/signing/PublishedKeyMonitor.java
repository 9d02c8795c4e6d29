package org.countersign.signing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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
 * Knows whether the keys we sign with are the ones that the DNS publishes. The first message that needs a key
 * waits for the answer, a short while at most; from then on what is known is used at once, and looked up again
 * beside the mail when it has become old. What the DNS does not say changes nothing that is known. Safe for
 * several threads.
 */
public final class PublishedKeyMonitor {
    /** How long the first message of a key waits. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    // After trouble with the DNS there is reason to ask again sooner.
    private static final Duration AGAIN_AFTER_TROUBLE = Duration.ofMinutes(1);

    private final DnsClient dns;
    private final InstantSource clock;
    private final Duration interval;
    private final Executor background;
    private final BiConsumer<SigningIdentity, PublishedKey> changed;
    private final ConcurrentMap<Key, Watch> watches = new ConcurrentHashMap<>();

    /**
     * @param interval after what time a key is compared anew, more than zero
     * @param background looks up beside the mail; one blocking question per task
     * @param changed told when a key turns out not to be published as it should, and when it is again; on the
     *     thread that found out, so it must not take long
     */
    public PublishedKeyMonitor(
            DnsClient dns,
            InstantSource clock,
            Duration interval,
            Executor background,
            BiConsumer<SigningIdentity, PublishedKey> changed) {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("keys are compared after some time: " + interval);
        }
        this.dns = dns;
        this.clock = MeasuringClock.monotonicOf(clock);
        this.interval = interval;
        this.background = background;
        this.changed = changed;
    }

    // The same key may sign with an AUID of each author.
    private record Key(DomainName name, SigningKey key) {}

    /** What is known of the key; waits only where nothing is known yet. */
    public PublishedKey check(SigningIdentity identity) {
        return watches.computeIfAbsent(new Key(identity.keyName(), identity.key()), key -> new Watch(identity))
                .state();
    }

    private PublishedKey lookup(SigningIdentity identity) {
        Instant deadline = clock.instant().plus(PATIENCE);
        return PublishedKey.lookup(identity, new DnsLookups() {
            @Override
            public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question) {
                return dns.lookup(question, deadline);
            }
        });
    }

    /** What is known of one key. */
    private final class Watch {
        private final SigningIdentity identity;
        private final AtomicBoolean looking = new AtomicBoolean();
        private volatile @Nullable Known known;

        private record Known(PublishedKey state, Instant next) {}

        Watch(SigningIdentity identity) {
            this.identity = identity;
        }

        PublishedKey state() {
            Known seen = known;
            if (seen == null) {
                return learn(lookup(identity));
            }
            if (!clock.instant().isBefore(seen.next()) && looking.compareAndSet(false, true)) {
                background.execute(() -> {
                    try {
                        learn(lookup(identity));
                    } finally {
                        looking.set(false);
                    }
                });
            }
            return seen.state();
        }

        private PublishedKey learn(PublishedKey found) {
            Known before;
            PublishedKey state;
            synchronized (this) {
                before = known;
                boolean silent = found instanceof PublishedKey.Unknown;
                state = silent && before != null ? before.state() : found;
                known = new Known(state, clock.instant().plus(silent ? AGAIN_AFTER_TROUBLE : interval));
            }
            boolean wasBad = before != null && before.state().isBad();
            if (state.isBad() ? before == null || !state.equals(before.state()) : wasBad) {
                changed.accept(identity, state);
            }
            return state;
        }
    }
}
