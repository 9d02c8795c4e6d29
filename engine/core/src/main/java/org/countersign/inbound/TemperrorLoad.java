package org.countersign.inbound;

import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.countersign.domain.DomainName;

/** Counts the entries of a {@link TemperrorTable} for each network and each block of networks. Not thread-safe. */
final class TemperrorLoad {
    private final Map<ClientNetwork, Block> blocks = new TreeMap<>();

    /** Temporary errors of one domain from one network. The smallest entry is removed first. */
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

        /** Ordered by the number of errors, then the youngest first. */
        @Override
        public int compareTo(Entry other) {
            return ORDER.compare(this, other);
        }
    }

    /** The entries of one network. */
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
     * The network with the most entries in the block with the most entries.
     *
     * @param newcomer a network that is about to add one entry, which is counted already
     * @return empty if no network has more entries than the newcomer
     */
    Optional<Contribution> mostLoadedExcept(ClientNetwork newcomer) {
        Block own = blocks.get(newcomer.block());
        Block mostLoaded = own == null ? new Block() : own;
        int blockEntries = mostLoaded.entries + 1;
        for (Block block : blocks.values()) {
            if (block.entries > blockEntries) {
                blockEntries = block.entries;
                mostLoaded = block;
            }
        }
        Map<DomainName, Entry> none = Map.of();
        boolean isOwnBlock = mostLoaded == own || (own == null && blockEntries == 1);
        Optional<Contribution> largest = Optional.empty();
        int mostEntries =
                isOwnBlock ? mostLoaded.byNetwork.getOrDefault(newcomer, none).size() + 1 : 0;
        for (Map.Entry<ClientNetwork, Map<DomainName, Entry>> network : mostLoaded.byNetwork.entrySet()) {
            if (network.getValue().size() > mostEntries) {
                mostEntries = network.getValue().size();
                largest = Optional.of(new Contribution(network.getKey(), network.getValue()));
            }
        }
        return largest;
    }
}
