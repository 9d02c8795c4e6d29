package org.countersign.reports.collect;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.countersign.store.DayPartitions;
import org.countersign.store.Store;
import org.countersign.syntax.Octets;

/**
 * Adds counted rows to the tables {@code report_policy} and {@code report_row}. Rows of several hosts that are equal meet in
 * one row. For one thread.
 *
 * <p>Rows are written in the order of their keys, so that two hosts never wait for each other in a circle.
 */
public final class RowWriter {
    private static final String INSERT_POLICY =
            "INSERT INTO report_policy (policy_id, bucket, domain, method, record, p, sp,"
                    + " np, adkim, aspf, fo, testing, remarks, first_day, last_day)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                    // Its row is locked in any case, so that it is not removed as too old at the same time.
                    + " ON CONFLICT (policy_id) DO UPDATE SET last_day = excluded.last_day"
                    + " WHERE report_policy.last_day < excluded.last_day";
    private static final String INSERT_ROW =
            "INSERT INTO report_row (day, bucket, policy_id, row_key, messages, triggers,"
                    + " source_ip, disposition, aligned, reasons, header_from, envelope_from, envelope_to, auth)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                    + " ON CONFLICT (day, bucket, policy_id, row_key) DO UPDATE SET"
                    + " messages = report_row.messages + excluded.messages, triggers = report_row.triggers + excluded.triggers";

    private final Store store;
    private final DayPartitions partitions;

    public RowWriter(Store store) {
        this.store = store;
        this.partitions = new DayPartitions(store, "report_row");
    }

    /** A row with its keys. */
    private record Keyed(Octets policyId, Octets rowKey, CountedRow counted) {
        private static final Comparator<Keyed> ORDER = Comparator.<Keyed>comparingInt(
                        keyed -> keyed.counted().day())
                .thenComparing(Keyed::policyId, RowWriter::compare)
                .thenComparing(Keyed::rowKey, RowWriter::compare);

        static Keyed of(CountedRow counted) {
            return new Keyed(counted.policy().id(), counted.row().key(), counted);
        }

        int bucket() {
            return policyId.at(0) & 0xFF;
        }
    }

    private static int compare(Octets left, Octets right) {
        return Arrays.compareUnsigned(left.toByteArray(), right.toByteArray());
    }

    /**
     * Creates what rows of a day need. Call it between transactions.
     *
     * @param day since 1970-01-01 in UTC
     */
    public void prepareDay(int day) throws SQLException {
        partitions.prepare(day);
    }

    /** Adds rows in the transaction of the store, which has to be committed. The days have to be prepared. */
    public void write(List<CountedRow> rows) throws SQLException {
        List<Keyed> keyed = new ArrayList<>(rows.size());
        SortedMap<Octets, CountedRow> policies = new TreeMap<>(RowWriter::compare);
        for (CountedRow row : rows) {
            Keyed each = Keyed.of(row);
            keyed.add(each);
            policies.merge(each.policyId(), row, (first, other) -> first.day() >= other.day() ? first : other);
        }
        keyed.sort(Keyed.ORDER);
        writePolicies(policies);
        writeRows(keyed);
    }

    private void writePolicies(SortedMap<Octets, CountedRow> policies) throws SQLException {
        try (PreparedStatement insert = store.connection().prepareStatement(INSERT_POLICY)) {
            for (var entry : policies.entrySet()) {
                byte[] id = entry.getKey().toByteArray();
                CollectedPolicy policy = entry.getValue().policy();
                int column = 1;
                insert.setBytes(column++, id);
                insert.setInt(column++, id[0] & 0xFF);
                for (String text : policy.columns()) {
                    insert.setString(column++, text);
                }
                insert.setInt(column++, entry.getValue().day());
                insert.setInt(column, entry.getValue().day());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private void writeRows(List<Keyed> rows) throws SQLException {
        try (PreparedStatement insert = store.connection().prepareStatement(INSERT_ROW)) {
            for (Keyed keyed : rows) {
                CountedRow counted = keyed.counted();
                CollectedRow row = counted.row();
                insert.setInt(1, counted.day());
                insert.setInt(2, keyed.bucket());
                insert.setBytes(3, keyed.policyId().toByteArray());
                insert.setBytes(4, keyed.rowKey().toByteArray());
                insert.setLong(5, counted.messages());
                insert.setLong(6, counted.triggers());
                insert.setString(7, row.sourceIp());
                insert.setInt(8, row.disposition().number());
                insert.setInt(9, row.aligned());
                insert.setString(10, row.reasons());
                insert.setString(11, row.headerFrom());
                if (row.envelopeFrom().isPresent()) {
                    insert.setString(12, row.envelopeFrom().get());
                } else {
                    insert.setNull(12, Types.VARCHAR);
                }
                insert.setString(13, row.envelopeTo());
                insert.setString(14, row.auth());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}
