package org.countersign.reports.receive;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.countersign.domain.IpNetwork;
import org.countersign.reports.failure.ReceivedFailureReport;
import org.countersign.reports.receive.Authentication.State;
import org.countersign.store.Store;

/** The statements that write failure reports. The caller commits. */
final class FailureTable {
    private final Store store;

    FailureTable(Store store) {
        this.store = store;
    }

    /**
     * Inserts a report.
     *
     * @param reporter the Author Domain if the report is authenticated, else the address of its author
     * @return false if the same report of the same day is there already
     */
    boolean insert(ReceivedFailureReport report, String reporter, State state, long now) throws SQLException {
        long day = now / ReceivedTables.SECONDS_OF_DAY;
        try (PreparedStatement insert = store.connection()
                .prepareStatement("INSERT INTO received_failure (id, day, domain, reporter, auth, source_ip, incidents,"
                        + " fields, header, got_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT (id) DO NOTHING")) {
            insert.setBytes(
                    1,
                    new KeyDigest()
                            .with(state.keyword())
                            .with(reporter)
                            .with(day)
                            .with(report.fields())
                            .with(report.header())
                            .key());
            insert.setInt(2, Math.toIntExact(day));
            insert.setString(3, report.domain().toString());
            insert.setString(4, reporter);
            insert.setString(5, state.keyword());
            insert.setString(6, report.sourceIp().map(IpNetwork::renderAddress).orElse(""));
            insert.setLong(7, report.incidents());
            insert.setString(8, report.fields());
            insert.setString(9, report.header());
            insert.setLong(10, now);
            return insert.executeUpdate() == 1;
        }
    }

    /** How many reports came since an instant: of one authenticated reporter, or of all others together. */
    long since(String reporter, State state, long since) throws SQLException {
        boolean known = state == State.PASS;
        try (PreparedStatement select = store.connection()
                .prepareStatement("SELECT COUNT(*) FROM received_failure WHERE got_at >= ? AND "
                        + (known ? "auth = 'pass' AND reporter = ?" : "auth IN ('none', 'unknown')"))) {
            select.setLong(1, since);
            if (known) {
                select.setString(2, reporter);
            }
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }
}
