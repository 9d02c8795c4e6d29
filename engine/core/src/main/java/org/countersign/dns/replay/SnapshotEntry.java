package org.countersign.dns.replay;

import java.time.Duration;
import java.util.List;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;

/** One line of a snapshot. */
public sealed interface SnapshotEntry {
    /** The owner of the record, or the name that was asked for. */
    DomainName name();

    /**
     * A resource record.
     *
     * @param ttl in whole seconds
     * @param type in capitals, such as TXT, SOA or TYPE65280
     * @param words its data: the words and strings of the master file with their escapes undone
     */
    record Resource(DomainName name, Duration ttl, String type, List<Octets> words) implements SnapshotEntry {
        public Resource {
            words = List.copyOf(words);
        }

        /** A word of the data, for types whose data is US-ASCII; empty if there are fewer. */
        public String word(int index) {
            return index < words.size() ? words.get(index).latin1() : "";
        }
    }

    /** The name does not exist, whatever type is asked for (NXDOMAIN). */
    record NoSuchName(DomainName name, Duration ttl) implements SnapshotEntry {}

    /** The name exists and has no record of this type (NODATA). */
    record NoData(DomainName name, String type, Duration ttl) implements SnapshotEntry {}

    /**
     * There was no usable answer.
     *
     * @param detail one clause for people; may be empty
     */
    record Failed(DomainName name, String type, SnapshotFailure failure, Duration ttl, String detail)
            implements SnapshotEntry {}

    /** The answer to this query was validated (the AD bit). */
    record Validated(DomainName name, String type) implements SnapshotEntry {}
}
