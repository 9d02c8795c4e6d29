package org.countersign.reports.collect;

import java.util.Optional;

/** What messages with one key have in common, and how many of them the journal has. For one thread at a time. */
final class Count {
    private final RowKey key;
    private final Segment.Traffic traffic;
    private final Optional<Row> row;
    private long journaledMessages;
    private long journaledTriggers;

    // Of its row in the journal; -1 if it is not there. Not guarded: used by the thread that writes the journal.
    private int number = -1;

    /** A row of a report without its counts. */
    record Row(CollectedPolicy policy, CollectedRow columns) {}

    /**
     * Messages of a count: all of them, or those that the journal did not have.
     *
     * @param triggers the messages because of which a report may be sent
     */
    record Messages(Count count, long messages, long triggers) {}

    /**
     * A count of which the journal has no message.
     *
     * @param row empty if no report tells of the messages
     */
    Count(RowKey key, Segment.Traffic traffic, Optional<Row> row) {
        this.key = key;
        this.traffic = traffic;
        this.row = row;
    }

    RowKey key() {
        return key;
    }

    Segment.Traffic traffic() {
        return traffic;
    }

    Optional<Row> row() {
        return row;
    }

    /**
     * What the journal does not have. From now on it counts as there.
     *
     * @param all messages of this count
     */
    Messages grow(Messages all) {
        Messages grown = new Messages(this, all.messages() - journaledMessages, all.triggers() - journaledTriggers);
        journaledMessages = all.messages();
        journaledTriggers = all.triggers();
        return grown;
    }

    /** Makes a growth a part of the next one. */
    void undo(Messages grown) {
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
