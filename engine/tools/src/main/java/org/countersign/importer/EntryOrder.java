package org.countersign.importer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;

/** The order of entries, and which of them can be one. */
final class EntryOrder {
    // Comparing all with all takes too long for a large table, which is no pleasure to read anyway.
    private static final int MAX_MERGED = 300;

    private EntryOrder() {}

    /** Sorts entries with one pattern each: addresses, domains, domains below (the longest names first), all. */
    static List<DraftEntry> narrowestFirst(List<DraftEntry> entries) {
        List<DraftEntry> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparingInt(
                (DraftEntry entry) -> rank(entry.authors().getFirst())));
        return sorted;
    }

    private static int rank(AddressPattern pattern) {
        return switch (pattern) {
            case AddressPattern.Address address -> 0;
            case AddressPattern.Domain domain -> 1;
            // A name has at most 127 labels.
            case AddressPattern.Below below -> 1000 - below.name().labelCount();
            case AddressPattern.Any any -> 10_000;
        };
    }

    /** The patterns that match everything that this one matches, the narrowest first. */
    static List<AddressPattern> covering(AddressPattern pattern) {
        List<AddressPattern> wider = new ArrayList<>();
        wider.add(pattern);
        Optional<DomainName> domain = switch (pattern) {
            case AddressPattern.Address address -> {
                wider.add(new AddressPattern.Domain(address.domain()));
                yield Optional.of(address.domain());
            }
            case AddressPattern.Domain(DomainName name) -> Optional.of(name);
            case AddressPattern.Below(DomainName name) -> Optional.of(name);
            case AddressPattern.Any any -> Optional.empty();
        };
        domain.ifPresent(name -> {
            for (int labels = name.labelCount() - 1; labels > 0; labels--) {
                wider.add(new AddressPattern.Below(name.rightmost(labels)));
            }
            wider.add(new AddressPattern.Any());
        });
        return wider;
    }

    /**
     * Makes entries with the same keys and settings one entry where that changes nothing, and leaves out those that the
     * next wider one covers with the same keys.
     */
    static List<DraftEntry> merged(List<DraftEntry> entries) {
        if (entries.size() > MAX_MERGED) {
            return entries;
        }
        List<DraftEntry> needed = new ArrayList<>();
        for (int index = 0; index < entries.size(); index++) {
            if (!isRedundant(entries, index)) {
                needed.add(entries.get(index));
            }
        }
        List<DraftEntry> result = new ArrayList<>();
        for (DraftEntry entry : needed) {
            int at = mergeable(result, entry);
            if (at < 0) {
                result.add(entry);
            } else {
                List<AddressPattern> both = new ArrayList<>(result.get(at).authors());
                both.addAll(entry.authors());
                result.set(at, DraftEntry.ofAuthors(both, entry.keys(), entry.auid()));
            }
        }
        return result;
    }

    /** Whether the next entry that covers this one says the same. */
    private static boolean isRedundant(List<DraftEntry> entries, int index) {
        DraftEntry entry = entries.get(index);
        if (!entry.isPlain() || entry.authors().size() != 1) {
            return false;
        }
        AddressPattern author = entry.authors().getFirst();
        Optional<DraftEntry> wider = entries.subList(index + 1, entries.size()).stream()
                .filter(other -> other.authors().stream().anyMatch(pattern -> pattern.covers(author)))
                .findFirst();
        return wider.filter(other -> other.isPlain()
                        && other.keys().equals(entry.keys())
                        && !(author instanceof AddressPattern.Domain))
                .isPresent();
    }

    /** An earlier entry that can take the patterns of this one: nothing between the two is narrower than they are. */
    private static int mergeable(List<DraftEntry> before, DraftEntry entry) {
        if (!entry.isPlain() && entry.auid().isEmpty()) {
            return -1;
        }
        for (int at = before.size() - 1; at >= 0; at--) {
            DraftEntry other = before.get(at);
            boolean same = other.mailFrom().isEmpty()
                    && other.recipients().isEmpty()
                    && other.comment().isEmpty()
                    && entry.comment().isEmpty()
                    && other.keys().equals(entry.keys())
                    && other.auid().equals(entry.auid());
            if (same) {
                return at;
            }
            boolean narrower = other.authors().isEmpty()
                    || other.authors().stream()
                            .anyMatch(pattern -> entry.authors().stream().anyMatch(mine -> mine.covers(pattern)));
            if (narrower) {
                return -1;
            }
        }
        return -1;
    }
}
