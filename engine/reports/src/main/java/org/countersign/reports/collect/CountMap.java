package org.countersign.reports.collect;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How many messages have which key: a hash table with open addressing and linear probing, from which nothing is removed. To count a
 * message, it reads one place of memory that the cache of the processor may not have, where a {@link java.util.HashMap} reads five.
 * Keys are hashes with a secret key, so senders cannot choose keys for the same slot. For one thread at a time.
 */
final class CountMap {
    private static final int INITIAL_SLOTS = 256;

    // Of each slot, next to each other: both halves of the key, the messages, and those because of which a report
    // may be sent. A slot without messages is empty.
    private static final int WIDTH = 4;
    private static final int SECOND = 1;
    private static final int MESSAGES = 2;
    private static final int TRIGGERS = 3;

    // The number of slots is a power of two, and at least half of them are empty.
    private long[] slots = new long[WIDTH * INITIAL_SLOTS];
    private @Nullable Count[] counts = new @Nullable Count[INITIAL_SLOTS];
    private int size;

    /** How many keys have a count. */
    int size() {
        return size;
    }

    /**
     * Adds messages to the count of a key.
     *
     * @param messages one at least
     * @return false if the key has none
     */
    boolean add(RowKey key, long messages, long triggers) {
        int slot = slot(key);
        if (slots[slot + MESSAGES] == 0) {
            return false;
        }
        slots[slot + MESSAGES] += messages;
        slots[slot + TRIGGERS] += triggers;
        return true;
    }

    /**
     * Adds the count of a key that has none.
     *
     * @param messages one at least
     */
    void put(Count count, long messages, long triggers) {
        if (2 * ++size > counts.length) {
            List<Count.Messages> all = all().toList();
            slots = new long[2 * slots.length];
            counts = new @Nullable Count[2 * counts.length];
            all.forEach(this::write);
        }
        write(new Count.Messages(count, messages, triggers));
    }

    private void write(Count.Messages counted) {
        RowKey key = counted.count().key();
        int slot = slot(key);
        slots[slot] = key.first();
        slots[slot + SECOND] = key.second();
        slots[slot + MESSAGES] = counted.messages();
        slots[slot + TRIGGERS] = counted.triggers();
        counts[slot / WIDTH] = counted.count();
    }

    /** Where the numbers of this key are, or belong. */
    private int slot(RowKey key) {
        int mask = slots.length - 1;
        int slot = (int) key.first() * WIDTH & mask;
        while (slots[slot + MESSAGES] != 0 && (slots[slot] != key.first() || slots[slot + SECOND] != key.second())) {
            slot = slot + WIDTH & mask;
        }
        return slot;
    }

    /** All counts with their messages. */
    Stream<Count.Messages> all() {
        return IntStream.range(0, counts.length)
                .filter(number -> slots[WIDTH * number + MESSAGES] != 0)
                .mapToObj(number -> new Count.Messages(
                        Objects.requireNonNull(counts[number]),
                        slots[WIDTH * number + MESSAGES],
                        slots[WIDTH * number + TRIGGERS]));
    }
}
