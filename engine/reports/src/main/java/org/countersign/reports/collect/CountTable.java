package org.countersign.reports.collect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** How many messages have which key, and by how many the journal has fewer. For one thread at a time. */
final class CountTable {
    /** The most counts of a segment. */
    static final int MAX_COUNTS = 5_000;
    // Senders choose most of the text of a key.
    private static final int MAX_OCTETS = 4 << 20;
    private static final int OCTETS_OF_A_COUNT = 600;
    // As long as a full table is not replaced yet.
    private static final int OVERRUN = 2;

    private final CountMap counts = new CountMap();
    private final Map<MessageRow.PolicySource, Policy> policies = new HashMap<>();
    private final Map<Integer, Long> lost = new HashMap<>();
    private Map<Integer, Long> grownLost = new HashMap<>();
    private long octets;

    /** One policy for all keys that have it. */
    private record Policy(MessageRow.PolicySource source, CollectedPolicy columns) {}

    /** What was counted between two moments. */
    static final class Growth {
        private final List<Count.Messages> counts;
        private final Map<Integer, Long> lost;

        private Growth(List<Count.Messages> counts, Map<Integer, Long> lost) {
            this.counts = counts;
            this.lost = lost;
        }

        boolean isEmpty() {
            return counts.isEmpty() && lost.isEmpty();
        }

        /** The whole growth. Several rows may be equal, because keys differ in more than rows do. */
        Segment segment(SpoolAccess.SegmentName name, long through) {
            return segment(counts, name, through);
        }

        /**
         * The growth as the next entry of a journal: rows that the journal has are named by their number.
         *
         * @see #journaled
         */
        Journal.Entry entry(SpoolAccess.SegmentName name, long through) {
            List<Count.Messages> added = new ArrayList<>();
            List<Journal.Repeat> repeats = new ArrayList<>();
            for (Count.Messages each : counts) {
                if (each.count().isRowInJournal()) {
                    repeats.add(new Journal.Repeat(each.count().number(), each.messages(), each.triggers()));
                } else {
                    added.add(each);
                }
            }
            return new Journal.Entry(segment(added, name, through), repeats);
        }

        /**
         * Notes that a journal has the entry.
         *
         * @param rows how many rows the journal had before
         */
        void journaled(int rows) {
            int number = rows;
            for (Count.Messages each : counts) {
                if (!each.count().isRowInJournal() && each.count().row().isPresent()) {
                    each.count().rowInJournal(number++);
                }
            }
        }

        private Segment segment(List<Count.Messages> listed, SpoolAccess.SegmentName name, long through) {
            List<CountedRow> rows = new ArrayList<>(listed.size());
            for (Count.Messages each : listed) {
                each.count()
                        .row()
                        .ifPresent(row -> rows.add(new CountedRow(
                                each.count().traffic().day(),
                                row.policy(),
                                row.columns(),
                                each.messages(),
                                each.triggers())));
            }
            Map<Segment.Traffic, Long> traffic = new HashMap<>();
            counts.forEach(each -> traffic.merge(each.count().traffic(), each.messages(), Long::sum));
            return new Segment(name.hostId(), name.sequence(), through, rows, traffic, lost);
        }
    }

    /**
     * Counts a message like an earlier one.
     *
     * @param triggers whether a report may be sent because of it
     * @return false if there was none
     */
    boolean addKnown(RowKey key, boolean triggers) {
        return counts.add(key, 1, triggers ? 1 : 0);
    }

    /**
     * Counts a message.
     *
     * @param row the row of the key; empty if it has none
     * @param triggers whether a report may be sent because of it
     * @return false if there is no room
     */
    boolean add(RowKey key, Segment.Traffic traffic, Optional<MessageRow> row, boolean triggers) {
        if (addKnown(key, triggers)) {
            return true;
        }
        if (counts.size() >= OVERRUN * MAX_COUNTS || octets >= OVERRUN * MAX_OCTETS) {
            return false;
        }
        put(new Count(key, traffic, row.map(each -> new Count.Row(policy(each), each.row()))), 1, triggers ? 1 : 0);
        return true;
    }

    private void put(Count count, long messages, long triggers) {
        counts.put(count, messages, triggers);
        octets += OCTETS_OF_A_COUNT
                + count.row()
                        .map(each -> each.columns().auth().length()
                                + each.columns().reasons().length())
                        .orElse(0);
    }

    private CollectedPolicy policy(MessageRow row) {
        MessageRow.PolicySource source = row.source();
        Policy known = policies.get(source);
        if (known == null) {
            known = new Policy(source.copied(), PolicyColumns.of(row.published(), row.method()));
            policies.put(known.source(), known);
            // The source and the columns have the text of the record.
            octets += OCTETS_OF_A_COUNT
                    + 2L * known.columns().record().length()
                    + known.columns().remarks().length();
        }
        return known.columns();
    }

    /** Notes messages that could not be counted. */
    void addLost(int day, long messages) {
        if (messages > 0) {
            lost.merge(day, messages, Long::sum);
            grownLost.merge(day, messages, Long::sum);
        }
    }

    /** Adds the counts of another table, of which the journal has nothing. It may not be used any more. */
    void addAll(CountTable other) {
        other.counts.all().forEach(each -> {
            if (!counts.add(each.count().key(), each.messages(), each.triggers())) {
                put(each.count(), each.messages(), each.triggers());
            }
        });
        other.lost.forEach(this::addLost);
    }

    /** Whether it should become a segment now. */
    boolean isFull() {
        return counts.size() >= MAX_COUNTS || octets >= MAX_OCTETS;
    }

    boolean isEmpty() {
        return counts.size() == 0 && lost.isEmpty();
    }

    /** How many messages are counted. */
    long messages() {
        return counts.all().mapToLong(Count.Messages::messages).sum();
    }

    /** What was counted since the last call. */
    Growth grow() {
        Growth growth = new Growth(
                counts.all()
                        .map(all -> all.count().grow(all))
                        .filter(grown -> grown.messages() > 0)
                        .toList(),
                grownLost);
        grownLost = new HashMap<>();
        return growth;
    }

    /** Makes a growth a part of the next one. */
    void undo(Growth growth) {
        for (Count.Messages each : growth.counts) {
            each.count().undo(each);
        }
        growth.lost.forEach((day, messages) -> grownLost.merge(day, messages, Long::sum));
    }

    /** Everything that was counted. */
    Segment segment(SpoolAccess.SegmentName name, long through) {
        return SegmentSum.of(new Growth(counts.all().toList(), lost).segment(name, through));
    }

    /** Everything as lost, by day. */
    Map<Integer, Long> asLost() {
        Map<Integer, Long> all = new HashMap<>(lost);
        rows().forEach(row -> all.merge(row.count().traffic().day(), row.messages(), Long::sum));
        return all;
    }

    /** The messages in rows. */
    long messagesInRows() {
        return rows().mapToLong(Count.Messages::messages).sum();
    }

    private Stream<Count.Messages> rows() {
        return counts.all().filter(each -> each.count().row().isPresent());
    }
}
