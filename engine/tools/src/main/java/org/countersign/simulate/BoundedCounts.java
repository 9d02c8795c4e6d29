package org.countersign.simulate;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.countersign.syntax.Escapes;

/**
 * Counts texts that strangers choose, in bounded memory: the first ones by name, and all further ones together. The texts
 * become printable.
 */
public final class BoundedCounts {
    private static final int MAX_TEXT = 120;

    private final int max;
    private final Map<String, Long> counts = new LinkedHashMap<>(4);
    private long others;

    /** A text and how often it was counted. */
    public record Entry(String text, long count) {}

    BoundedCounts(int max) {
        this.max = max;
    }

    void add(String text) {
        String key = Escapes.printable(text, MAX_TEXT);
        Long known = counts.get(key);
        if (known != null) {
            counts.put(key, known + 1);
        } else if (counts.size() < max) {
            counts.put(key, 1L);
        } else {
            others++;
        }
    }

    /** The texts, the most frequent first. */
    public List<Entry> entries() {
        return counts.entrySet().stream()
                .map(each -> new Entry(each.getKey(), each.getValue()))
                .sorted(Comparator.comparingLong(Entry::count).reversed().thenComparing(Entry::text))
                .toList();
    }

    /** How often a text was counted that has no entry. */
    public long others() {
        return others;
    }
}
