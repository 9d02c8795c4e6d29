package org.countersign.dns.replay;

import java.util.List;
import java.util.stream.Stream;
import org.countersign.syntax.Parsed;

/**
 * Recorded DNS answers, in sections by the server that gave them. Written to text and read again it is the same.
 *
 * @param sections in order; the answers of the first one in which a query has an answer count
 */
public record DnsSnapshot(List<SnapshotSection> sections) {
    /** No answers. */
    public static final DnsSnapshot EMPTY = new DnsSnapshot(List.of());

    public DnsSnapshot {
        sections = List.copyOf(sections);
    }

    /**
     * A mistake in the text of a snapshot.
     *
     * @param line its number, counted from 1
     * @param problem what is wrong and what is expected, one clause in printable US-ASCII
     */
    public record Mistake(int line, String problem) {}

    /**
     * Reads a snapshot. The text may be the output of {@code dig}, whose comments are passed over.
     *
     * @return the snapshot, or its first mistake
     */
    public static Parsed<DnsSnapshot, Mistake> parse(String text) {
        return SnapshotReader.read(text);
    }

    /** The snapshot as text in US-ASCII, one entry a line. */
    public String render() {
        return SnapshotWriter.write(this);
    }

    /** The entries that answer a resolver's queries: those of all sections but the authoritative ones. */
    Stream<SnapshotEntry> resolverEntries() {
        return sections.stream()
                .filter(section -> !section.authoritative())
                .flatMap(section -> section.entries().stream());
    }

    /** Whether it has no entry. */
    public boolean isEmpty() {
        return sections.stream().allMatch(section -> section.entries().isEmpty());
    }
}
