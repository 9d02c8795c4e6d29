package org.countersign.dns.replay;

import java.util.List;

/**
 * The answers of one server.
 *
 * @param asked when it was asked, as written; empty if the text does not say
 * @param server its address or name, as written; empty if the text does not say
 * @param authoritative whether the server of the zone was asked without recursion, and not a resolver
 * @param entries in the order recorded
 */
public record SnapshotSection(String asked, String server, boolean authoritative, List<SnapshotEntry> entries) {
    public SnapshotSection {
        if (asked.isEmpty() != server.isEmpty() || !isWord(asked) || !isWord(server)) {
            throw new IllegalArgumentException("asked and server are two words, or both empty");
        }
        entries = List.copyOf(entries);
    }

    private static boolean isWord(String text) {
        return text.chars().allMatch(c -> c > ' ' && c <= '~');
    }

    /** The answers in this section alone, for comparing servers. */
    public SnapshotAnswers answers() {
        return SnapshotAnswers.of(entries.stream());
    }
}
