package org.countersign.reports.estimate;

/**
 * A set of hashes with eight octets each, of which millions are counted: a set of objects would take ten times the memory. For one
 * thread.
 */
final class LongSet {
    private final int maxSize;
    private long[] table = new long[1 << 10];
    private int size;
    private boolean hasZero;

    LongSet(int maxSize) {
        this.maxSize = maxSize;
    }

    /** Adds a hash; whether it is a new one. A full set takes no new one. */
    boolean add(long hash) {
        if (hash == 0) {
            boolean added = !hasZero;
            hasZero = true;
            return added;
        }
        int at = slot(table, hash);
        if (table[at] == hash || isFull()) {
            return false;
        }
        table[at] = hash;
        size++;
        if (size > table.length / 2) {
            grow();
        }
        return true;
    }

    boolean isFull() {
        return size >= maxSize;
    }

    private static int slot(long[] table, long hash) {
        int at = (int) (hash >>> 32) & (table.length - 1);
        while (table[at] != 0 && table[at] != hash) {
            at = (at + 1) & (table.length - 1);
        }
        return at;
    }

    private void grow() {
        long[] larger = new long[table.length * 2];
        for (long hash : table) {
            if (hash != 0) {
                larger[slot(larger, hash)] = hash;
            }
        }
        table = larger;
    }
}
