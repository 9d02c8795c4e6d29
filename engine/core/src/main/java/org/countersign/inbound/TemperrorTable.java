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
 * Remembers since when an Author Domain has brought nothing but temporary errors of DMARC, so that nobody is deferred
 * forever. For any number of threads; one serves all engines that follow each other in a host.
 *
 * <p>A sender chooses the Author Domain and can cause temporary errors in its name. So each network of clients has a
 * time of its own: what a forger sends starts no clock for the mail of the domain itself. Only after
 * {@value #ANY_NETWORK_FACTOR} times as long does it count what other networks have sent, for senders that come from
 * many networks. An aligned pass clears the domain. Any other result clears it for its own network alone, so that a
 * forger cannot keep restarting the clocks of others.
 *
 * <p>The table holds at most {@value #MAX_ENTRIES} pairs of domain and network. Beyond that a new pair is charged to
 * its network: the network with the most entries, of the block of networks with the most entries, loses the youngest
 * of those that came back least often. That may be the new one. So a sender of many names pushes out only entries of
 * that sender.
 */
public final class TemperrorTable {
    /** How many pairs of Author Domain and network are remembered. */
    public static final int MAX_ENTRIES = 8_192;

    /** After how many times the usual time it counts what any network has sent in a domain's name. */
    public static final int ANY_NETWORK_FACTOR = 4;

    private static final Duration MIN_MEMORY = Duration.ofDays(1);
    private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(10);

    private final InstantSource clock;
    private final Consumer<Persistent> listener;
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock, but for the size, which is also read without. TreeMaps, since names are chosen by strangers.
    private final Map<DomainName, History> histories = new TreeMap<>();
    private final TemperrorLoad load = new TemperrorLoad();
    private final AtomicInteger size = new AtomicInteger();
    private Instant nextSweep = Instant.MIN;

    /**
     * A domain whose temporary errors have lasted too long: from now on its mail is decided without waiting.
     *
     * @param policy the policy that is applied to it as if it had failed; empty where it is not known
     * @param lasted since the first of these temporary errors
     */
    public record Persistent(DomainName author, Optional<DmarcPolicy> policy, Duration lasted) {
        /** What is wrong, what becomes of its mail now, and what to do. */
        public String describe() {
            String now = policy.map(known -> "its mail is treated as if it failed, by the policy " + known.keyword())
                    .orElse("its policy is not known, and its mail is quarantined");
            return "temporary errors for " + lasted.toMinutes() + " minutes and no result; from now on " + now
                    + "; look at the DNS of the domain, or put it under dmarc.fail-open";
        }
    }

    private static final class History {
        private final Map<ClientNetwork, Entry> byNetwork = new TreeMap<>();
        private boolean told;
    }

    /**
     * @param clock of which the monotonic one measures where it has one
     * @param listener told once for each domain whose temporary errors last too long; must not throw
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
     * A message was to be deferred for a temporary error of DMARC.
     *
     * @param policy the policy to apply to the message if it failed; empty where it is not known
     * @param deferFor how long a domain is deferred
     * @return whether that has lasted long enough, so that the message is to be decided now
     */
    boolean temperror(
            DomainName author, Optional<InetAddress> client, Optional<DmarcPolicy> policy, Duration deferFor) {
        Optional<Duration> tell = Optional.empty();
        boolean persistent;
        lock.lock();
        try {
            Instant now = clock.instant();
            ClientNetwork network = ClientNetwork.of(client);
            forgetIdle(author, now, deferFor);
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
            if (persistent && !history.told) {
                history.told = true;
                tell = Optional.of(Duration.between(oldest, now));
            }
        } finally {
            lock.unlock();
        }
        tell.ifPresent(lasted -> listener.accept(new Persistent(author, policy, lasted)));
        return persistent;
    }

    private static boolean hasPassed(Instant since, Duration time, Instant now) {
        return !since.plus(time).isAfter(now);
    }

    /** DMARC of a message of this domain passed: no network's earlier temporary errors count any more. */
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

    /** DMARC of a message of this domain came to another result than a pass: it clears the network it came from. */
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

    /** How many pairs of Author Domain and network are remembered now. */
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

    /** Removes one entry, unless it is the new one that has to go. */
    private boolean makeRoomFor(ClientNetwork newcomer) {
        Optional<Contribution> heaviest = load.mostLoadedExcept(newcomer);
        if (heaviest.isEmpty()) {
            return false;
        }
        heaviest.get().entries().entrySet().stream()
                .min(Map.Entry.comparingByValue())
                .ifPresent(youngest -> remove(youngest.getKey(), heaviest.get().network()));
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
        List.copyOf(histories.keySet()).forEach(author -> forgetIdle(author, now, deferFor));
    }

    /**
     * Forgets networks that have not come back for so long: their mail was given up, and later mail is another case.
     */
    private void forgetIdle(DomainName author, Instant now, Duration deferFor) {
        History history = histories.get(author);
        if (history == null) {
            return;
        }
        Duration memory = deferFor.multipliedBy(ANY_NETWORK_FACTOR);
        Duration atLeast = memory.compareTo(MIN_MEMORY) < 0 ? MIN_MEMORY : memory;
        List<ClientNetwork> idle = new ArrayList<>(0);
        history.byNetwork.forEach((network, entry) -> {
            if (entry.last().plus(atLeast).isBefore(now)) {
                idle.add(network);
            }
        });
        idle.forEach(network -> remove(author, network));
    }
}
