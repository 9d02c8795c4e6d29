package org.countersign.trace;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.countersign.store.Store;

/** Writes and removes the rows of the trace. The statements are the same for SQLite and PostgreSQL. */
final class TraceTable {
    // A row that is there already was written before the answer to the commit was lost.
    private static final String INSERT_MESSAGE =
            "INSERT INTO trace_message (id, queue_id, message_key, author, mail_from,"
                    + " client, verdict, would_be, rule, flow, octets) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING";
    private static final String INSERT_EXPLANATION =
            "INSERT INTO trace_explanation (id, content) VALUES (?, ?) ON CONFLICT (id) DO NOTHING";

    private final Store store;

    TraceTable(Store store) {
        this.store = store;
    }

    /** Inserts rows and commits. */
    void insert(List<TraceRow> rows) throws SQLException {
        Connection connection = store.connection();
        try (PreparedStatement messages = connection.prepareStatement(INSERT_MESSAGE);
                PreparedStatement explanations = connection.prepareStatement(INSERT_EXPLANATION)) {
            for (TraceRow row : rows) {
                set(messages, row);
                messages.addBatch();
                explanations.setLong(1, row.id());
                explanations.setBytes(2, row.explanation().toByteArray());
                explanations.addBatch();
            }
            messages.executeBatch();
            explanations.executeBatch();
        }
        store.commit();
    }

    private static void set(PreparedStatement messages, TraceRow row) throws SQLException {
        messages.setLong(1, row.id());
        messages.setString(2, row.queueId());
        messages.setLong(3, row.messageKey());
        messages.setString(4, row.author());
        messages.setString(5, row.mailFrom());
        messages.setBytes(6, row.client().toByteArray());
        messages.setString(7, row.verdict());
        messages.setString(8, row.wouldBe());
        messages.setString(9, row.rule());
        messages.setString(10, row.flow());
        messages.setInt(11, row.explanation().length());
    }

    /** The oldest rows. */
    record Oldest(long lastId, int rows, long octets) {}

    /**
     * The oldest rows, at most as many as here.
     *
     * @param before only rows with smaller numbers
     */
    Oldest oldest(int rows, long before) throws SQLException {
        try (PreparedStatement select = store.connection()
                .prepareStatement("SELECT max(id), count(*), sum(octets) FROM (SELECT id, octets FROM trace_message"
                        + " WHERE id < ? ORDER BY id LIMIT ?) AS oldest")) {
            select.setLong(1, before);
            select.setInt(2, rows);
            try (ResultSet result = select.executeQuery()) {
                result.next();
                return new Oldest(result.getLong(1), result.getInt(2), result.getLong(3));
            }
        }
    }

    /** Removes the rows up to a number and commits. */
    void removeUpTo(long lastId) throws SQLException {
        for (String table : List.of("trace_explanation", "trace_message")) {
            try (PreparedStatement delete =
                    store.connection().prepareStatement("DELETE FROM " + table + " WHERE id <= ?")) {
                delete.setLong(1, lastId);
                delete.executeUpdate();
            }
        }
        store.commit();
    }

    /** The octets of all explanations, and about those of the other columns and the indexes. */
    long octets() throws SQLException {
        try (PreparedStatement select =
                        store.connection().prepareStatement("SELECT count(*), sum(octets) FROM trace_message");
                ResultSet result = select.executeQuery()) {
            result.next();
            return size(result.getLong(1), result.getLong(2));
        } finally {
            store.commit();
        }
    }

    static long size(long rows, long octets) {
        return octets + rows * TraceRetention.OVERHEAD;
    }
}
