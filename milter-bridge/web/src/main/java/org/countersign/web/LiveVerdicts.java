package org.countersign.web;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The last verdicts, in memory only. Any number of threads add to it, and none waits for another one. */
public final class LiveVerdicts {
    /** How many are kept. */
    public static final int MAX = 1_000;

    private final AtomicReferenceArray<LiveVerdict> ring = new AtomicReferenceArray<>(MAX);
    private final AtomicLong count = new AtomicLong();

    /** Adds a verdict; the oldest one is forgotten. */
    public void add(LiveVerdict verdict) {
        ring.set((int) (count.getAndIncrement() % MAX), verdict);
    }

    /** How many were added since the start. */
    public long count() {
        return count.get();
    }

    /** The verdicts, the latest first. */
    public List<LiveVerdict> latest() {
        long end = count.get();
        List<LiveVerdict> latest = new ArrayList<>();
        for (long i = end - 1; i >= Math.max(0, end - MAX); i--) {
            LiveVerdict verdict = ring.get((int) (i % MAX));
            // Another thread has its number, and has not stored it yet.
            if (verdict != null) {
                latest.add(verdict);
            }
        }
        return latest;
    }
}
