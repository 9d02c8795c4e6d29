package org.countersign.kafka;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.countersign.reports.collect.CountedRow;
import org.countersign.reports.collect.RowWriter;
import org.countersign.store.Store;

/**
 * How far a partition is counted. To the store a partition is a host, and the offset after a range is the number of a batch.
 * So the counts and the offset are in one transaction, and the offset in the broker is only a hint.
 *
 * <p>The nonce of the host says who counts the partition. A process that lost it to another one, for example after a pause,
 * notices in its next transaction.
 */
final class PartitionTable {
    private static final String CLAIM =
            "INSERT INTO report_host (host_id, nonce, name, seen_at, through) VALUES (?, ?, ?, ?, 0)"
                    + " ON CONFLICT (host_id) DO UPDATE SET nonce = excluded.nonce";
    private static final String COUNTED = "SELECT max(seq) FROM report_batch WHERE host_id = ?";
    private static final String ADVANCE =
            "UPDATE report_host SET seen_at = ?, through = ? WHERE host_id = ? AND nonce = ?";
    private static final String BATCH =
            "INSERT INTO report_batch (host_id, seq, part, day, messages, at) VALUES (?, ?, 0, ?, ?, ?)";
    private static final String TRAFFIC =
            "INSERT INTO report_traffic (day, hour, host_id, dmarc, verdict, rule, messages)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (day, hour, host_id, dmarc, verdict, rule)"
                    + " DO UPDATE SET messages = report_traffic.messages + excluded.messages";

    private final Store store;
    private final RowWriter writer;
    private final String nonce;

    PartitionTable(Store store, String nonce) {
        this.store = store;
        this.writer = new RowWriter(store);
        this.nonce = nonce;
    }

    /** Another process counts the partition now. */
    static final class LostPartition extends Exception {
        private static final long serialVersionUID = 1;

        LostPartition(TopicPartition partition) {
            super(partition + " is counted by another process");
        }
    }

    /** Takes a partition over. Returns the offset up to which it is counted; empty if it never was. */
    OptionalLong claim(TopicPartition partition, Instant now) throws SQLException {
        try (PreparedStatement claim = store.connection().prepareStatement(CLAIM);
                PreparedStatement counted = store.connection().prepareStatement(COUNTED)) {
            claim.setString(1, hostId(partition));
            claim.setString(2, nonce);
            claim.setString(3, "Kafka " + partition);
            claim.setLong(4, now.getEpochSecond());
            // Waits for a transaction of the former owner, whose batch is then seen below.
            claim.executeUpdate();
            counted.setString(1, hostId(partition));
            OptionalLong offset = OptionalLong.empty();
            try (ResultSet rows = counted.executeQuery()) {
                if (rows.next()) {
                    long number = rows.getLong(1);
                    offset = rows.wasNull() ? OptionalLong.empty() : OptionalLong.of(number);
                }
            }
            store.commit();
            return offset;
        }
    }

    /** Adds the counts of a range in one transaction. */
    void add(TopicPartition partition, long nextOffset, EventCounts counts, long through, Instant now)
            throws SQLException, LostPartition {
        List<CountedRow> rows = counts.rows();
        for (int day : rows.stream().map(CountedRow::day).distinct().toList()) {
            writer.prepareDay(day);
        }
        advance(partition, through, now);
        try (PreparedStatement batch = store.connection().prepareStatement(BATCH)) {
            batch.setString(1, hostId(partition));
            batch.setLong(2, nextOffset);
            batch.setInt(3, (int) Math.floorDiv(now.getEpochSecond(), 86_400L));
            batch.setLong(4, counts.messages());
            batch.setLong(5, now.getEpochSecond());
            batch.executeUpdate();
        }
        writer.write(rows);
        addTraffic(partition, counts);
        store.commit();
    }

    private void addTraffic(TopicPartition partition, EventCounts counts) throws SQLException {
        try (PreparedStatement insert = store.connection().prepareStatement(TRAFFIC)) {
            for (Map.Entry<EventCounts.TrafficKey, Long> entry :
                    counts.traffic().entrySet()) {
                EventCounts.TrafficKey key = entry.getKey();
                insert.setInt(1, key.day());
                insert.setInt(2, key.hour());
                insert.setString(3, hostId(partition));
                insert.setString(4, key.dmarc());
                insert.setString(5, key.verdict());
                insert.setString(6, key.rule());
                insert.setLong(7, entry.getValue());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** Notes that a partition has no more events, in a transaction of its own. */
    void idle(TopicPartition partition, long through, Instant now) throws SQLException, LostPartition {
        advance(partition, through, now);
        store.commit();
    }

    private void advance(TopicPartition partition, long through, Instant now) throws SQLException, LostPartition {
        try (PreparedStatement advance = store.connection().prepareStatement(ADVANCE)) {
            advance.setLong(1, now.getEpochSecond());
            advance.setLong(2, through);
            advance.setString(3, hostId(partition));
            advance.setString(4, nonce);
            if (advance.executeUpdate() != 1) {
                store.rollback();
                throw new LostPartition(partition);
            }
        }
    }

    private static String hostId(TopicPartition partition) {
        return "kafka/" + partition.topic() + "/" + partition.partition();
    }
}
