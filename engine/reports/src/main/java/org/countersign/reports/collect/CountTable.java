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

    private final Map<RowKey, Count> counts = new HashMap<>();
    private final Map<MessageRow.PolicySource, Policy> policies = new HashMap<>();
    private final Map<Integer, Long> lost = new HashMap<>();
    private List<Count> grown = new ArrayList<>();
    private Map<Integer, Long> grownLost = new HashMap<>();
    private long octets;
    private long messages;

    /** One policy for all keys that have it. */
    private record Policy(MessageRow.PolicySource source, CollectedPolicy columns) {}

    /** A row of a report without its counts. */
    private record Row(CollectedPolicy policy, CollectedRow columns) {}

    private static final class Count {
        private final RowKey key;
        private final Segment.Traffic traffic;
        private final Optional<Row> row;
        private long messages;
        private long triggers;
        private long journaledMessages;
        private long journaledTriggers;
        // Of its row in the journal; -1 if it is not there. Not guarded: used by the thread that writes the journal.
        private int number = -1;

        private Count(RowKey key, Segment.Traffic traffic, Optional<Row> row) {
            this.key = key;
            this.traffic = traffic;
            this.row = row;
        }

        private boolean hasGrown() {
            return messages != journaledMessages;
        }
    }

    /** What is added to a count. */
    private record Grown(Count count, long messages, long triggers) {}

    /** What was counted between two moments. */
    static final class Growth {
        private final List<Grown> counts;
        private final Map<Integer, Long> lost;

        private Growth(List<Grown> counts, Map<Integer, Long> lost) {
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
            List<Grown> added = new ArrayList<>();
            List<Journal.Repeat> repeats = new ArrayList<>();
            for (Grown each : counts) {
                if (each.count().number < 0) {
                    added.add(each);
                } else {
                    repeats.add(new Journal.Repeat(each.count().number, each.messages(), each.triggers()));
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
            for (Grown each : counts) {
                if (each.count().number < 0 && each.count().row.isPresent()) {
                    each.count().number = number++;
                }
            }
        }

        private Segment segment(List<Grown> listed, SpoolAccess.SegmentName name, long through) {
            List<CountedRow> rows = new ArrayList<>(listed.size());
            for (Grown each : listed) {
                each.count()
                        .row
                        .ifPresent(row -> rows.add(new CountedRow(
                                each.count().traffic.day(),
                                row.policy(),
                                row.columns(),
                                each.messages(),
                                each.triggers())));
            }
            Map<Segment.Traffic, Long> traffic = new HashMap<>();
            counts.forEach(each -> traffic.merge(each.count().traffic, each.messages(), Long::sum));
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
        Count count = counts.get(key);
        if (count != null) {
            add(count, 1, triggers ? 1 : 0);
        }
        return count != null;
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
        Count count = put(key, traffic, row.map(each -> new Row(policy(each), each.row())));
        add(count, 1, triggers ? 1 : 0);
        return true;
    }

    private void add(Count count, long more, long triggering) {
        if (!count.hasGrown()) {
            grown.add(count);
        }
        count.messages += more;
        count.triggers += triggering;
        messages += more;
    }

    private Count put(RowKey key, Segment.Traffic traffic, Optional<Row> row) {
        Count count = new Count(key, traffic, row);
        counts.put(key, count);
        octets += OCTETS_OF_A_COUNT
                + row.map(each -> each.columns().auth().length()
                                + each.columns().reasons().length())
                        .orElse(0);
        return count;
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
        for (Count count : other.counts.values()) {
            Count mine = counts.get(count.key);
            if (mine == null) {
                mine = put(count.key, count.traffic, count.row);
            }
            add(mine, count.messages, count.triggers);
        }
        other.lost.forEach(this::addLost);
    }

    /** Whether it should become a segment now. */
    boolean isFull() {
        return counts.size() >= MAX_COUNTS || octets >= MAX_OCTETS;
    }

    boolean isEmpty() {
        return counts.isEmpty() && lost.isEmpty();
    }

    /** How many messages are counted. */
    long messages() {
        return messages;
    }

    /** What was counted since the last call. */
    Growth grow() {
        List<Grown> all = new ArrayList<>(grown.size());
        for (Count count : grown) {
            all.add(new Grown(
                    count, count.messages - count.journaledMessages, count.triggers - count.journaledTriggers));
            count.journaledMessages = count.messages;
            count.journaledTriggers = count.triggers;
        }
        Growth growth = new Growth(all, grownLost);
        grown = new ArrayList<>();
        grownLost = new HashMap<>();
        return growth;
    }

    /** Makes a growth a part of the next one. */
    void undo(Growth growth) {
        for (Grown each : growth.counts) {
            if (!each.count().hasGrown()) {
                grown.add(each.count());
            }
            each.count().journaledMessages -= each.messages();
            each.count().journaledTriggers -= each.triggers();
        }
        growth.lost.forEach((day, messages) -> grownLost.merge(day, messages, Long::sum));
    }

    /** Everything that was counted. */
    Segment segment(SpoolAccess.SegmentName name, long through) {
        List<Grown> all = new ArrayList<>(counts.size());
        for (Count count : counts.values()) {
            all.add(new Grown(count, count.messages, count.triggers));
        }
        return SegmentSum.of(new Growth(all, lost).segment(name, through));
    }

    /** Everything as lost, by day. */
    Map<Integer, Long> asLost() {
        Map<Integer, Long> all = new HashMap<>(lost);
        rows().forEach(count -> all.merge(count.traffic.day(), count.messages, Long::sum));
        return all;
    }

    /** The messages in rows. */
    long messagesInRows() {
        return rows().mapToLong(count -> count.messages).sum();
    }

    private Stream<Count> rows() {
        return counts.values().stream().filter(count -> count.row.isPresent());
    }
}
