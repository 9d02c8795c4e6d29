package org.countersign.dns.replay;

import java.time.Duration;
import java.util.List;

/** What a snapshot says about one query. */
public sealed interface SnapshotAnswer {
    /**
     * Records exist.
     *
     * @param records of one name and type, at least one, in the order recorded
     */
    record Found(List<SnapshotEntry.Resource> records) implements SnapshotAnswer {
        public Found {
            records = List.copyOf(records);
        }
    }

    /** The name exists without a record of the type. */
    record NoData(Duration ttl) implements SnapshotAnswer {}

    /** The name does not exist. */
    record NoSuchName(Duration ttl) implements SnapshotAnswer {}

    /** There was no usable answer. */
    record Failed(SnapshotFailure failure, Duration ttl, String detail) implements SnapshotAnswer {}

    /** The snapshot says nothing about the query. */
    record Unknown() implements SnapshotAnswer {}
}
