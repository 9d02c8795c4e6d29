package org.countersign.reports.send;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.countersign.testing.StoreQueries;

/** Writes rows as the collector does, and reads tables for assertions. */
final class StoredDay {
    private StoredDay() {}

    /** Creates the tables, and on PostgreSQL a partition for all days. */
    static void prepare(StoreLocation location) throws StoreFailure, SQLException {
        Store.migrate(location);
        try (Store store = Store.openForWriting(location)) {
            if (!store.isFile()) {
                execute(store.connection(), "CREATE TABLE report_row_all PARTITION OF report_row DEFAULT");
            }
            store.commit();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static byte[] policyId(String domain) {
        return ByteBuffer.allocate(16)
                .putLong(domain.hashCode() * 0x9E3779B97F4A7C15L)
                .putLong(domain.hashCode())
                .array();
    }

    /** A policy with some rows of one message each. */
    static void add(StoreLocation location, long day, String domain, int rows, boolean triggers)
            throws StoreFailure, SQLException {
        try (Store store = Store.openForWriting(location)) {
            byte[] policyId = policyId(domain);
            policy(store, day, domain, policyId);
            try (PreparedStatement insert = store.connection()
                    .prepareStatement("INSERT INTO report_row (day, bucket, policy_id, row_key, messages, triggers,"
                            + " source_ip, disposition, aligned, reasons, header_from, envelope_from, envelope_to, auth)"
                            + " VALUES (?, ?, ?, ?, 1, ?, ?, 0, 3, '', ?, NULL, '', ?)")) {
                for (int i = 0; i < rows; i++) {
                    insert.setLong(1, day);
                    insert.setInt(2, policyId[0] & 0xFF);
                    insert.setBytes(3, policyId);
                    insert.setBytes(4, ByteBuffer.allocate(16).putInt(12, i).array());
                    insert.setInt(5, triggers ? 1 : 0);
                    insert.setString(6, "192.0." + (i >> 8 & 0xFF) + "." + (i & 0xFF));
                    insert.setString(7, domain);
                    insert.setString(8, "dkim pass " + domain + " s" + i + "\nspf pass " + domain);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            store.commit();
        }
    }

    private static void policy(Store store, long day, String domain, byte[] policyId) throws SQLException {
        try (PreparedStatement insert = store.connection()
                .prepareStatement(
                        "INSERT INTO report_policy (policy_id, bucket, domain, method, record, p, sp, np, adkim,"
                                + " aspf, fo, testing, remarks, first_day) VALUES (?, ?, ?, 'treewalk', 'v=DMARC1; p=none', 'none',"
                                + " '', '', 'r', 'r', '', 'n', '', ?) ON CONFLICT (policy_id) DO NOTHING")) {
            insert.setBytes(1, policyId);
            insert.setInt(2, policyId[0] & 0xFF);
            insert.setString(3, domain);
            insert.setLong(4, day);
            insert.executeUpdate();
        }
    }

    static void host(StoreLocation location, String name, long seenAt, long through) throws StoreFailure, SQLException {
        try (Store store = Store.openForWriting(location);
                PreparedStatement insert = store.connection()
                        .prepareStatement("INSERT INTO report_host (host_id, nonce, name, seen_at, through)"
                                + " VALUES (?, 'n', ?, ?, ?) ON CONFLICT (host_id) DO UPDATE SET seen_at ="
                                + " excluded.seen_at, through = excluded.through")) {
            insert.setString(1, name);
            insert.setString(2, name);
            insert.setLong(3, seenAt);
            insert.setLong(4, through);
            insert.executeUpdate();
            store.commit();
        }
    }

    static void update(StoreLocation location, String sql) throws StoreFailure, SQLException {
        try (Store store = Store.openForWriting(location)) {
            execute(store.connection(), sql);
            store.commit();
        }
    }

    /** The rows of a query, with a space between columns. */
    static List<String> query(StoreLocation location, String sql) throws StoreFailure, SQLException {
        try (Store store = Store.openForReading(location)) {
            return StoreQueries.rows(store, sql, " ");
        }
    }
}
