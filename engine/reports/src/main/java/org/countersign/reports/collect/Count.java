package org.countersign.reports.collect;

import java.util.Optional;

/** How many messages have a key, and by how many the journal has fewer. For one thread at a time. */
final class Count {
    // Here and not in an object of its own, so that a count and its key are read at once.
    private final long first;
    private final long second;
    private final Segment.Traffic traffic;
    private final Optional<Row> row;
    private long messages;
    private long triggers;
    private long journaledMessages;
    private long journaledTriggers;

    // Of its row in the journal; -1 if it is not there. Not guarded: used by the thread that writes the journal.
    private int number = -1;

    /** A row of a report without its counts. */
    record Row(CollectedPolicy policy, CollectedRow columns) {}

    /** What is added to a count. */
    record Grown(Count count, long messages, long triggers) {}

    /**
     * A count of no message.
     *
     * @param row empty if no report tells of the messages
     */
    Count(RowKey key, Segment.Traffic traffic, Optional<Row> row) {
        this.first = key.first();
        this.second = key.second();
        this.traffic = traffic;
        this.row = row;
    }

    boolean has(RowKey key) {
        return first == key.first() && second == key.second();
    }

    RowKey key() {
        return new RowKey(first, second);
    }

    Segment.Traffic traffic() {
        return traffic;
    }

    Optional<Row> row() {
        return row;
    }

    long messages() {
        return messages;
    }

    /** The messages because of which a report may be sent. */
    long triggers() {
        return triggers;
    }

    void add(long moreMessages, long moreTriggers) {
        messages += moreMessages;
        triggers += moreTriggers;
    }

    /** Whether the journal has fewer messages. */
    boolean hasGrown() {
        return messages != journaledMessages;
    }

    /** What the journal does not have. From now on it counts as there. */
    Grown grow() {
        Grown grown = new Grown(this, messages - journaledMessages, triggers - journaledTriggers);
        journaledMessages = messages;
        journaledTriggers = triggers;
        return grown;
    }

    /** Makes a growth a part of the next one. */
    void undo(Grown grown) {
        journaledMessages -= grown.messages();
        journaledTriggers -= grown.triggers();
    }

    boolean isRowInJournal() {
        return number >= 0;
    }

    /** The number of its row in the journal, if it is there. */
    int number() {
        return number;
    }

    void rowInJournal(int newNumber) {
        number = newNumber;
    }
}
