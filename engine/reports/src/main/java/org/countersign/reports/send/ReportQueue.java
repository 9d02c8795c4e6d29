package org.countersign.reports.send;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dns.MeasuringClock;
import org.countersign.domain.DomainName;
import org.countersign.store.Store;
import org.countersign.syntax.Octets;

/**
 * The reports in the store (table {@code report_out}): planned, then composed or dropped. {@link Outbox} says what its
 * transactions and attempts are for. For one thread.
 */
final class ReportQueue {
    /**
     * Longer than any report is planned ahead: the hours of sending begin within a day, and last a day at most. A row with a time that is
     * further ahead was written before the clock was set back, as in {@link MeasuringClock#hasCome}.
     */
    private static final Duration MAX_AHEAD = Duration.ofDays(3);

    private final Store store;

    ReportQueue(Store store) {
        this.store = store;
    }

    /**
     * A part of a report that is ready to be sent.
     *
     * @param reportId that of the report for part 0, and another one for each further part
     * @param body the document, compressed
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Part(int part, String reportId, long rows, long messages, long omitted, byte[] body) {}

    /**
     * A failure report that is ready to be sent.
     *
     * @param policyDomain the domain that asks for it
     * @param incidents the number of messages that it stands for
     * @param body the report, compressed
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record NewFailureReport(String reportId, DomainName policyDomain, long incidents, byte[] body) {}

    /** The reports to be composed now, oldest first. */
    List<PlannedReport> due(Instant now, int limit) throws SQLException {
        try (PreparedStatement query = store.connection()
                .prepareStatement("SELECT report_id, bucket, day, domain, policy_id, messages, attempt FROM report_out"
                        + " WHERE state = 'planned' AND (next_at <= ? OR next_at > ?) ORDER BY next_at, report_id"
                        + " LIMIT " + limit)) {
            query.setLong(1, now.getEpochSecond());
            query.setLong(2, now.plus(MAX_AHEAD).getEpochSecond());
            List<PlannedReport> due = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    due.add(new PlannedReport(
                            rows.getString(1),
                            rows.getInt(2),
                            rows.getLong(3),
                            DomainName.of(rows.getString(4)),
                            Octets.wrap(rows.getBytes(5)),
                            rows.getLong(6),
                            rows.getInt(7)));
                }
            }
            store.commit();
            return due;
        }
    }

    /** Takes a planned report for a time; false if another host has it. */
    boolean take(PlannedReport report, Instant now) throws SQLException {
        try (PreparedStatement update = store.connection()
                .prepareStatement("UPDATE report_out SET next_at = ? WHERE report_id = ? AND state = 'planned'"
                        + " AND attempt = ? AND (next_at <= ? OR next_at > ?)")) {
            update.setLong(1, now.plus(Outbox.LEASE).getEpochSecond());
            update.setString(2, report.reportId());
            update.setInt(3, report.attempt());
            update.setLong(4, now.getEpochSecond());
            update.setLong(5, now.plus(MAX_AHEAD).getEpochSecond());
            return committed(update);
        }
    }

    /** Notes that the addresses of a report cannot be looked up now. */
    void postpone(PlannedReport report, Instant next, String why) throws SQLException {
        try (PreparedStatement update = store.connection()
                .prepareStatement("UPDATE report_out SET attempt = attempt + 1, next_at = ?, why = ?"
                        + " WHERE report_id = ? AND state = 'planned' AND attempt = ?")) {
            update.setLong(1, next.getEpochSecond());
            update.setString(2, Outbox.reason(why));
            update.setString(3, report.reportId());
            update.setInt(4, report.attempt());
            committed(update);
        }
    }

    /** Gives up a planned report; false if another host has dealt with it. */
    boolean drop(PlannedReport report, String why) throws SQLException {
        try (PreparedStatement update = store.connection()
                .prepareStatement("UPDATE report_out SET state = 'dropped', why = ?"
                        + " WHERE report_id = ? AND state = 'planned' AND attempt = ?")) {
            update.setString(1, Outbox.reason(why));
            update.setString(2, report.reportId());
            update.setInt(3, report.attempt());
            return committed(update);
        }
    }

    /**
     * Turns a planned report into a composed one. The caller ends the transaction.
     *
     * @param why which addresses get none; may be empty
     * @return false if another host has dealt with it
     */
    boolean markComposed(PlannedReport report, Part first, String why) throws SQLException {
        try (PreparedStatement update = store.connection()
                .prepareStatement("UPDATE report_out SET state = 'composed', row_count = ?,"
                        + " messages = ?, omitted = ?, body = ?, why = ?"
                        + " WHERE report_id = ? AND state = 'planned' AND attempt = ?")) {
            update.setLong(1, first.rows());
            update.setLong(2, first.messages());
            update.setLong(3, first.omitted());
            update.setBytes(4, first.body());
            update.setString(5, Outbox.reason(why));
            update.setString(6, report.reportId());
            update.setInt(7, report.attempt());
            return update.executeUpdate() == 1;
        }
    }

    /** Adds a further part of a report, composed. The caller ends the transaction. */
    void addPart(PlannedReport report, Part part, Instant now) throws SQLException {
        try (PreparedStatement insert = store.connection()
                .prepareStatement("INSERT INTO report_out (report_id, bucket, day, domain, policy_id, part, state,"
                        + " row_count, messages, omitted, body, why, made_at, attempt, next_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, 'composed', ?, ?, ?, ?, '', ?, 0, 0)"
                        + " ON CONFLICT (report_id) DO NOTHING")) {
            insert.setString(1, part.reportId());
            insert.setInt(2, report.bucket());
            insert.setLong(3, report.day());
            insert.setString(4, report.domain().toString());
            insert.setBytes(5, report.policyId().toByteArray());
            insert.setInt(6, part.part());
            insert.setLong(7, part.rows());
            insert.setLong(8, part.messages());
            insert.setLong(9, part.omitted());
            insert.setBytes(10, part.body());
            insert.setLong(11, now.getEpochSecond());
            insert.executeUpdate();
        }
    }

    /** Adds a failure report, composed. The caller ends the transaction. */
    void addFailureReport(NewFailureReport report, Instant now) throws SQLException {
        // The key of an aggregate report has a policy, and each failure report is one of a kind.
        byte[] key = report.reportId().getBytes(StandardCharsets.US_ASCII);
        try (PreparedStatement insert = store.connection()
                .prepareStatement("INSERT INTO report_out (report_id, kind, bucket, day, domain, policy_id, part,"
                        + " state, row_count, messages, omitted, body, why, made_at, attempt, next_at)"
                        + " VALUES (?, 'failure', ?, ?, ?, ?, 0, 'composed', 0, ?, 0, ?, '', ?, 0, 0)")) {
            insert.setString(1, report.reportId());
            insert.setInt(2, key[0] & 0xFF);
            insert.setLong(3, PlannedReport.dayOf(now));
            insert.setString(4, report.policyDomain().toString());
            insert.setBytes(5, key);
            insert.setLong(6, report.incidents());
            insert.setBytes(7, report.body());
            insert.setLong(8, now.getEpochSecond());
            insert.executeUpdate();
        }
    }

    /** The compressed document of a report; empty if it was removed because of its age. */
    Optional<byte[]> body(String reportId) throws SQLException {
        try (PreparedStatement query =
                store.connection().prepareStatement("SELECT body FROM report_out WHERE report_id = ?")) {
            query.setString(1, reportId);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? Optional.ofNullable(rows.getBytes(1)) : Optional.empty();
            }
        } finally {
            store.commit();
        }
    }

    private boolean committed(PreparedStatement update) throws SQLException {
        boolean changed = update.executeUpdate() == 1;
        store.commit();
        return changed;
    }
}
