package org.countersign.reports.collect;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds counts by their key: a hash table with open addressing and linear probing, from which nothing is removed. It reads two
 * places of memory that the cache of the processor may not have, where a {@link java.util.HashMap} reads four. Keys are hashes with a
 * secret key, so senders cannot choose keys for the same slot. For one thread at a time.
 */
final class CountMap {
    private static final int INITIAL_SLOTS = 256;

    // Their number is a power of two, and at least half of them are empty.
    private @Nullable Count[] slots = new @Nullable Count[INITIAL_SLOTS];
    private int size;

    int size() {
        return size;
    }

    /** The count of this key; null if there is none. */
    @Nullable
    Count find(RowKey key) {
        return slots[slot(key)];
    }

    /** Adds the count of a key that has none. */
    void add(Count count) {
        if (2 * ++size > slots.length) {
            List<Count> all = all().toList();
            slots = new @Nullable Count[2 * slots.length];
            all.forEach(this::put);
        }
        put(count);
    }

    private void put(Count count) {
        slots[slot(count.key())] = count;
    }

    /** Where the count of this key is, or belongs. */
    private int slot(RowKey key) {
        int mask = slots.length - 1;
        int slot = (int) key.first() & mask;
        for (Count count = slots[slot]; count != null && !count.has(key); count = slots[slot]) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    Stream<Count> all() {
        return Arrays.stream(slots).filter(Objects::nonNull);
    }
}
