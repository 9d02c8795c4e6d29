package org.countersign.inbound;

import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.countersign.domain.DomainName;

/** How many entries of a {@link TemperrorTable} each network, and each block of networks, has brought. Not thread-safe. */
final class TemperrorLoad {
    private final Map<ClientNetwork, Block> blocks = new TreeMap<>();

    /** Temporary errors of one domain from one network. The least is the first to go. */
    static final class Entry implements Comparable<Entry> {
        private static final Comparator<Entry> ORDER = Comparator.comparingLong((Entry entry) -> entry.times)
                .thenComparing(Entry::first, Comparator.reverseOrder());

        private final Instant first;
        private Instant last;
        private long times = 1;

        Entry(Instant now) {
            this.first = now;
            this.last = now;
        }

        void again(Instant now) {
            last = now;
            times++;
        }

        Instant first() {
            return first;
        }

        Instant last() {
            return last;
        }

        /** By how often it came back, and of the same by age. */
        @Override
        public int compareTo(Entry other) {
            return ORDER.compare(this, other);
        }
    }

    /** What one network has brought. */
    record Contribution(ClientNetwork network, Map<DomainName, Entry> entries) {}

    private static final class Block {
        private final Map<ClientNetwork, Map<DomainName, Entry>> byNetwork = new TreeMap<>();
        private int entries;
    }

    void add(DomainName author, ClientNetwork network, Entry entry) {
        Block block = blocks.computeIfAbsent(network.block(), unused -> new Block());
        Map<DomainName, Entry> domains = block.byNetwork.computeIfAbsent(network, unused -> new TreeMap<>());
        if (domains.put(author, entry) == null) {
            block.entries++;
        }
    }

    void remove(DomainName author, ClientNetwork network) {
        Block block = blocks.get(network.block());
        if (block == null) {
            return;
        }
        Map<DomainName, Entry> domains = block.byNetwork.get(network);
        if (domains == null || domains.remove(author) == null) {
            return;
        }
        block.entries--;
        if (domains.isEmpty()) {
            block.byNetwork.remove(network);
        }
        if (block.entries == 0) {
            blocks.remove(network.block());
        }
    }

    /**
     * The network that has brought the most of the block that has.
     *
     * @param newcomer a network that wants to bring one more, which counts
     * @return empty where that is the newcomer itself, or nobody has brought more
     */
    Optional<Contribution> mostLoadedExcept(ClientNetwork newcomer) {
        ClientNetwork home = newcomer.block();
        Block own = blocks.get(home);
        Block heaviest = own == null ? new Block() : own;
        int most = heaviest.entries + 1;
        for (Block block : blocks.values()) {
            if (block.entries > most) {
                most = block.entries;
                heaviest = block;
            }
        }
        Map<DomainName, Entry> none = Map.of();
        boolean atHome = heaviest == own || (own == null && most == 1);
        Optional<Contribution> largest = Optional.empty();
        int brought = atHome ? heaviest.byNetwork.getOrDefault(newcomer, none).size() + 1 : 0;
        for (Map.Entry<ClientNetwork, Map<DomainName, Entry>> network : heaviest.byNetwork.entrySet()) {
            if (network.getValue().size() > brought) {
                brought = network.getValue().size();
                largest = Optional.of(new Contribution(network.getKey(), network.getValue()));
            }
        }
        return largest;
    }
}
