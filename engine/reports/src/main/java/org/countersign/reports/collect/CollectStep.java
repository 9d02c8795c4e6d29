package org.countersign.reports.collect;

import java.util.function.Consumer;

/** The steps between a count in memory and a count in the store, after each of which a process may end. */
enum CollectStep {
    /** The journal has what was counted in the last second. */
    JOURNALED,
    /** The temporary file has its content. */
    WRITTEN,
    /** The content is on the disk. */
    SYNCED,
    /** The file has its name. */
    RENAMED,
    /** The counts of the segment are in no journal any more. */
    JOURNAL_REMOVED,
    /** The store knows that the host is alive. */
    HOST_UPDATED,
    /** The store has the number of the batch. */
    BATCH_NOTED,
    /** The store has the rows. */
    ROWS_WRITTEN,
    COMMITTED,
    /** The file is gone. */
    DELETED;

    /** Takes no notice of steps. */
    static final Consumer<CollectStep> UNOBSERVED = step -> {};
}
