package org.countersign.inbound;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dns.MeasuringClock;
import org.countersign.domain.DomainName;
import org.countersign.inbound.TemperrorLoad.Contribution;
import org.countersign.inbound.TemperrorLoad.Entry;

/**
 * Remembers since when DMARC of an Author Domain has given only temporary errors, so that no mail is deferred forever.
 * Safe for any number of threads. A host has one table, which all its engines use in turn.
 *
 * <p>A sender chooses the Author Domain and can cause temporary errors for it. So the time is measured for each network
 * of clients separately, and a forger's mail does not count for the mail of the domain's own servers. Errors of other
 * networks count only after {@value #ANY_NETWORK_FACTOR} times as long, for senders that use many networks. An aligned
 * pass clears the domain. Any other result clears it only for the client's network, so that a forger cannot restart the
 * time of others again and again.
 *
 * <p>The table has at most {@value #MAX_ENTRIES} pairs of domain and network. When it is full, a pair is removed from the
 * block of networks with the most entries. In this block the network with the most entries loses the youngest of its
 * entries with the fewest errors, which may be the new one. So a sender who uses many domain names displaces only its
 * own entries.
 */
public final class TemperrorTable {
    /** The maximum number of pairs of Author Domain and network. */
    static final int MAX_ENTRIES = 8_192;

    /** The factor by which the time is longer until errors of any network count. */
    static final int ANY_NETWORK_FACTOR = 4;

    private static final Duration MIN_RETENTION = Duration.ofDays(1);
    private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(10);

    private final InstantSource clock;
    private final Consumer<Persistent> listener;
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock, except for the size. TreeMaps, since senders choose the names and could make hashes collide.
    private final Map<DomainName, History> histories = new TreeMap<>();
    private final TemperrorLoad load = new TemperrorLoad();
    private final AtomicInteger size = new AtomicInteger();
    private Instant nextSweep = Instant.MIN;

    /**
     * A domain whose temporary errors have lasted too long. From now on its mail is not deferred.
     *
     * @param policy the policy that is applied as if its mail had failed; empty if it is not known
     * @param lasted the time since the first of these temporary errors
     */
    public record Persistent(DomainName author, Optional<DmarcPolicy> policy, Duration lasted) {
        /** One sentence: the problem, its effect on mail of the domain, and what to do. */
        public String describe() {
            String now = policy.map(known -> "its mail is treated as if it failed, by the policy " + known.keyword())
                    .orElse("its policy is not known, and its mail is quarantined");
            return "temporary errors for " + lasted.toMinutes() + " minutes and no result; from now on " + now
                    + "; look at the DNS of the domain, or put it under dmarc.fail-open";
        }
    }

    private static final class History {
        private final Map<ClientNetwork, Entry> byNetwork = new TreeMap<>();
        private boolean reported;
    }

    /**
     * @param clock measures the time, with its monotonic clock if it has one
     * @param listener called once for each domain whose temporary errors last too long; must not throw
     */
    public TemperrorTable(InstantSource clock, Consumer<Persistent> listener) {
        this(clock, listener, MAX_ENTRIES);
    }

    TemperrorTable(InstantSource clock, Consumer<Persistent> listener, int capacity) {
        this.clock = MeasuringClock.monotonicOf(clock);
        this.listener = listener;
        this.capacity = capacity;
    }

    /**
     * Records that a message is to be deferred for a temporary error of DMARC.
     *
     * @param client the address of the client; empty if it is not known
     * @param policy the policy that applies to the message if it fails; empty if it is not known
     * @param deferFor how long mail of a domain is deferred
     * @return whether this time has passed, so that the message must not be deferred again
     */
    boolean temperror(
            DomainName author, Optional<InetAddress> client, Optional<DmarcPolicy> policy, Duration deferFor) {
        Optional<Duration> newlyPersistent = Optional.empty();
        boolean persistent;
        lock.lock();
        try {
            Instant now = clock.instant();
            ClientNetwork network = ClientNetwork.of(client);
            removeIdle(author, now, deferFor);
            record(author, network, now, deferFor);
            History history = histories.get(author);
            if (history == null) {
                return deferFor.isZero();
            }
            Instant oldest = history.byNetwork.values().stream()
                    .map(Entry::first)
                    .min(Comparator.naturalOrder())
                    .orElse(now);
            Entry own = history.byNetwork.get(network);
            persistent = (own != null && hasPassed(own.first(), deferFor, now))
                    || hasPassed(oldest, deferFor.multipliedBy(ANY_NETWORK_FACTOR), now);
            if (persistent && !history.reported) {
                history.reported = true;
                newlyPersistent = Optional.of(Duration.between(oldest, now));
            }
        } finally {
            lock.unlock();
        }
        newlyPersistent.ifPresent(lasted -> listener.accept(new Persistent(author, policy, lasted)));
        return persistent;
    }

    private static boolean hasPassed(Instant since, Duration time, Instant now) {
        return !since.plus(time).isAfter(now);
    }

    /** Records that DMARC of a message of this domain passed. Clears the domain for all networks. */
    void passed(DomainName author) {
        if (size.get() == 0) {
            return;
        }
        lock.lock();
        try {
            History history = histories.get(author);
            if (history != null) {
                List.copyOf(history.byNetwork.keySet()).forEach(network -> remove(author, network));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Records another result than a pass or a temporary error. Clears the domain for the network of the client. */
    void evaluated(DomainName author, Optional<InetAddress> client) {
        if (size.get() == 0) {
            return;
        }
        lock.lock();
        try {
            remove(author, ClientNetwork.of(client));
        } finally {
            lock.unlock();
        }
    }

    /** The number of pairs of Author Domain and network. */
    public int size() {
        return size.get();
    }

    private void record(DomainName author, ClientNetwork network, Instant now, Duration deferFor) {
        History history = histories.get(author);
        Entry known = history == null ? null : history.byNetwork.get(network);
        if (known != null) {
            known.again(now);
            return;
        }
        if (size.get() >= capacity) {
            sweep(now, deferFor);
        }
        if (size.get() >= capacity && !makeRoomFor(network)) {
            return;
        }
        Entry entry = new Entry(now);
        histories.computeIfAbsent(author, unused -> new History()).byNetwork.put(network, entry);
        load.add(author, network, entry);
        size.incrementAndGet();
    }

    /** Removes one entry. Returns false if the new entry is the one to leave out. */
    private boolean makeRoomFor(ClientNetwork newcomer) {
        Optional<Contribution> mostLoaded = load.mostLoadedExcept(newcomer);
        if (mostLoaded.isEmpty()) {
            return false;
        }
        mostLoaded.get().entries().entrySet().stream()
                .min(Map.Entry.comparingByValue())
                .ifPresent(
                        youngest -> remove(youngest.getKey(), mostLoaded.get().network()));
        return true;
    }

    private void remove(DomainName author, ClientNetwork network) {
        History history = histories.get(author);
        if (history != null && history.byNetwork.remove(network) != null) {
            load.remove(author, network);
            size.decrementAndGet();
            if (history.byNetwork.isEmpty()) {
                histories.remove(author);
            }
        }
    }

    private void sweep(Instant now, Duration deferFor) {
        if (now.isBefore(nextSweep)) {
            return;
        }
        nextSweep = now.plus(SWEEP_INTERVAL);
        List.copyOf(histories.keySet()).forEach(author -> removeIdle(author, now, deferFor));
    }

    /**
     * Removes networks without an error for a long time. Their senders have stopped to retry, and later mail starts a new period.
     */
    private void removeIdle(DomainName author, Instant now, Duration deferFor) {
        History history = histories.get(author);
        if (history == null) {
            return;
        }
        Duration longest = deferFor.multipliedBy(ANY_NETWORK_FACTOR);
        Duration retention = longest.compareTo(MIN_RETENTION) < 0 ? MIN_RETENTION : longest;
        List<ClientNetwork> idle = new ArrayList<>(0);
        history.byNetwork.forEach((network, entry) -> {
            if (entry.last().plus(retention).isBefore(now)) {
                idle.add(network);
            }
        });
        idle.forEach(network -> remove(author, network));
    }
}
