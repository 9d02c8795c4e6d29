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
import org.countersign.domain.DomainName;
import org.countersign.store.Store;
import org.countersign.syntax.Octets;

/**
 * The reports and deliveries in the store. Several hosts may work with one store. Each change
 * of a row names the attempt that it belongs to, and has no effect if another host has taken the row meanwhile. No statement depends on the features of
 * one database. Each method commits, and begins its transaction with the change, because SQLite refuses to change what was read
 * before another program wrote. For one thread.
 */
final class Outbox {
    /** How long a host may work on what it has taken; what a host that has died had taken is free after that. */
    static final Duration LEASE = Duration.ofMinutes(10);

    private static final int MAX_REASON = 500;
    private static final String DELIVERIES =
            "SELECT d.report_id, d.kind, d.n, d.address, d.token, d.attempt, d.first_at, o.domain,"
                    + " o.day, o.messages FROM report_delivery d JOIN report_out o ON o.report_id = d.report_id";

    private final Store store;
    private final Suppressions suppressions;
    private final String owner;

    /**
     * @param owner the name of this process, unlike that of every other one
     */
    Outbox(Store store, String owner) {
        this.store = store;
        this.owner = owner;
        this.suppressions = new Suppressions(store);
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
     * A delivery to be made.
     *
     * @param state waiting or suppressed
     */
    record NewDelivery(String reportId, int n, MailAddress address, String token, DeliveryState state, String why) {}

    /** The reports to be composed now, oldest first. */
    List<PlannedReport> dueReports(Instant now, int limit) throws SQLException {
        try (PreparedStatement query = store.connection()
                .prepareStatement("SELECT report_id, bucket, day, domain, policy_id, messages, attempt FROM report_out"
                        + " WHERE state = 'planned' AND next_at <= ? ORDER BY next_at, report_id LIMIT " + limit)) {
            query.setLong(1, now.getEpochSecond());
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
                        + " AND attempt = ? AND next_at <= ?")) {
            update.setLong(1, now.plus(LEASE).getEpochSecond());
            update.setString(2, report.reportId());
            update.setInt(3, report.attempt());
            update.setLong(4, now.getEpochSecond());
            return changed(update);
        }
    }

    /** Notes that the addresses of a report cannot be looked up now. */
    void postpone(PlannedReport report, Instant next, String why) throws SQLException {
        try (PreparedStatement update = store.connection()
                .prepareStatement("UPDATE report_out SET attempt = attempt + 1, next_at = ?, why = ?"
                        + " WHERE report_id = ? AND state = 'planned' AND attempt = ?")) {
            update.setLong(1, next.getEpochSecond());
            update.setString(2, cut(why));
            update.setString(3, report.reportId());
            update.setInt(4, report.attempt());
            changed(update);
        }
    }

    /** Gives up a planned report; false if another host has dealt with it. */
    boolean drop(PlannedReport report, String why) throws SQLException {
        try (PreparedStatement update = store.connection()
                .prepareStatement("UPDATE report_out SET state = 'dropped', why = ?"
                        + " WHERE report_id = ? AND state = 'planned' AND attempt = ?")) {
            update.setString(1, cut(why));
            update.setString(2, report.reportId());
            update.setInt(3, report.attempt());
            return changed(update);
        }
    }

    /**
     * Stores a composed report with its deliveries, in one transaction.
     *
     * @param parts the first one is part 0
     * @param why which addresses get none; may be empty
     * @return false if another host has composed it
     */
    boolean compose(PlannedReport report, List<Part> parts, List<NewDelivery> deliveries, String why, Instant now)
            throws SQLException {
        try (PreparedStatement update = store.connection()
                .prepareStatement("UPDATE report_out SET state = 'composed', row_count = ?,"
                        + " messages = ?, omitted = ?, body = ?, why = ?"
                        + " WHERE report_id = ? AND state = 'planned' AND attempt = ?")) {
            Part first = parts.getFirst();
            update.setLong(1, first.rows());
            update.setLong(2, first.messages());
            update.setLong(3, first.omitted());
            update.setBytes(4, first.body());
            update.setString(5, cut(why));
            update.setString(6, report.reportId());
            update.setInt(7, report.attempt());
            if (update.executeUpdate() != 1) {
                store.rollback();
                return false;
            }
        }
        for (Part part : parts.subList(1, parts.size())) {
            insert(report, part, now);
        }
        insert(ReportKind.AGGREGATE, deliveries, report.day(), now);
        store.commit();
        return true;
    }

    /** Stores a failure report with its deliveries, after {@link #lockLimits}, and commits. */
    void insertFailure(
            String reportId,
            DomainName domain,
            long incidents,
            byte[] body,
            List<NewDelivery> deliveries,
            Instant now,
            Instant due)
            throws SQLException {
        long day = PlannedReport.dayOf(now);
        // The key of an aggregate report has a policy, and each failure report is one of a kind.
        byte[] key = reportId.getBytes(StandardCharsets.US_ASCII);
        try (PreparedStatement insert = store.connection()
                .prepareStatement("INSERT INTO report_out (report_id, kind, bucket, day, domain, policy_id, part,"
                        + " state, row_count, messages, omitted, body, why, made_at, attempt, next_at)"
                        + " VALUES (?, 'failure', ?, ?, ?, ?, 0, 'composed', 0, ?, 0, ?, '', ?, 0, 0)")) {
            insert.setString(1, reportId);
            insert.setInt(2, key[0] & 0xFF);
            insert.setLong(3, day);
            insert.setString(4, domain.toString());
            insert.setBytes(5, key);
            insert.setLong(6, incidents);
            insert.setBytes(7, body);
            insert.setLong(8, now.getEpochSecond());
            insert.executeUpdate();
        }
        insert(ReportKind.FAILURE, deliveries, day, due);
        store.commit();
    }

    private void insert(PlannedReport report, Part part, Instant now) throws SQLException {
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

    private void insert(ReportKind kind, List<NewDelivery> deliveries, long day, Instant now) throws SQLException {
        try (PreparedStatement insert = store.connection()
                .prepareStatement(
                        "INSERT INTO report_delivery (report_id, kind, n, day, address, token, state, attempt,"
                                + " next_at, first_at, owner, until, last) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, NULL, 0, ?)"
                                + " ON CONFLICT (report_id, n) DO NOTHING")) {
            for (NewDelivery delivery : deliveries) {
                insert.setString(1, delivery.reportId());
                insert.setString(2, kind.keyword());
                insert.setInt(3, delivery.n());
                insert.setLong(4, day);
                insert.setString(5, delivery.address().toString());
                insert.setString(6, delivery.token());
                insert.setString(7, delivery.state().keyword());
                insert.setLong(8, now.getEpochSecond());
                insert.setLong(9, now.getEpochSecond());
                insert.setString(10, cut(delivery.why()));
                insert.executeUpdate();
            }
        }
    }

    /**
     * Lets no other host count and add deliveries until the transaction that it begins ends, so that limits hold for all
     * hosts together. What was done before is committed: SQLite refuses at once to change a file that this transaction has
     * read, while another program changes it.
     */
    void lockLimits() throws SQLException {
        store.connection().commit();
        try (PreparedStatement insert = store.connection()
                .prepareStatement("INSERT INTO report_setting (name, content) VALUES ('limits', '')"
                        + " ON CONFLICT (name) DO UPDATE SET content = excluded.content")) {
            insert.executeUpdate();
        }
    }

    /**
     * How many deliveries of failure reports there are.
     *
     * @param all to all addresses in the last hour
     * @param toAddress to one of them in a day
     * @param justNow to that one in the last minute
     */
    record FailureCount(long all, long toAddress, long justNow) {}

    /** Counts the deliveries of failure reports that were not suppressed. */
    FailureCount countFailures(MailAddress address, Instant now) throws SQLException {
        long hour = now.minus(Duration.ofHours(1)).getEpochSecond();
        long day = PlannedReport.dayOf(now);
        try (PreparedStatement query = store.connection()
                .prepareStatement("SELECT sum(CASE WHEN first_at > ? THEN 1 ELSE 0 END),"
                        + " sum(CASE WHEN day = ? AND lower(address) = ? THEN 1 ELSE 0 END),"
                        + " sum(CASE WHEN first_at > ? AND lower(address) = ? THEN 1 ELSE 0 END)"
                        + " FROM report_delivery WHERE day >= ? AND kind = 'failure' AND state <> 'suppressed'")) {
            query.setLong(1, hour);
            query.setLong(2, day);
            query.setString(3, address.key());
            query.setLong(4, now.minus(Duration.ofMinutes(1)).getEpochSecond());
            query.setString(5, address.key());
            query.setLong(6, day - 1);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next()
                        ? new FailureCount(rows.getLong(1), rows.getLong(2), rows.getLong(3))
                        : new FailureCount(0, 0, 0);
            }
        }
    }

    /**
     * How many deliveries of aggregate reports about a day there are.
     *
     * @param all to all addresses
     * @param toAddress to one of them
     */
    record DayCount(long all, long toAddress) {}

    /** Counts the deliveries of a day that were not suppressed. */
    DayCount count(long day, MailAddress address) throws SQLException {
        try (PreparedStatement query = store.connection()
                .prepareStatement("SELECT count(*), sum(CASE WHEN lower(address) = ? THEN 1 ELSE 0 END)"
                        + " FROM report_delivery WHERE day = ? AND kind = 'aggregate' AND state <> 'suppressed'")) {
            query.setString(1, address.key());
            query.setLong(2, day);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? new DayCount(rows.getLong(1), rows.getLong(2)) : new DayCount(0, 0);
            }
        }
    }

    /** The deliveries that are due, those that wait for the longest time first. */
    List<Delivery> due(Instant now, int limit) throws SQLException {
        try (PreparedStatement query = store.connection()
                .prepareStatement(DELIVERIES + " WHERE d.state = 'waiting' AND d.next_at <= ?"
                        + " AND (d.owner IS NULL OR d.until < ?) ORDER BY d.next_at, d.report_id, d.n LIMIT "
                        + limit)) {
            query.setLong(1, now.getEpochSecond());
            query.setLong(2, now.getEpochSecond());
            List<Delivery> due = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    due.add(delivery(rows));
                }
            }
            store.commit();
            return due;
        }
    }

    private static Delivery delivery(ResultSet rows) throws SQLException {
        return new Delivery(
                rows.getString(1),
                ReportKind.of(rows.getString(2)),
                rows.getInt(3),
                MailAddress.parse(rows.getString(4)).orElseThrow(() -> new SQLException("not an address")),
                rows.getString(5),
                rows.getInt(6),
                Instant.ofEpochSecond(rows.getLong(7)),
                DomainName.of(rows.getString(8)),
                rows.getLong(9),
                rows.getLong(10));
    }

    /** Takes a delivery: empty if another host has taken it, else the delivery with the attempt that is the fence. */
    Optional<Delivery> take(Delivery delivery, Instant now) throws SQLException {
        try (PreparedStatement update = store.connection()
                .prepareStatement("UPDATE report_delivery SET owner = ?, until = ?, attempt = attempt + 1"
                        + " WHERE report_id = ? AND n = ? AND attempt = ? AND state = 'waiting'"
                        + " AND (owner IS NULL OR until < ?)")) {
            update.setString(1, owner);
            update.setLong(2, now.plus(LEASE).getEpochSecond());
            update.setString(3, delivery.reportId());
            update.setInt(4, delivery.n());
            update.setInt(5, delivery.attempt());
            update.setLong(6, now.getEpochSecond());
            return changed(update) ? Optional.of(delivery.taken()) : Optional.empty();
        }
    }

    /**
     * Notes what became of a delivery that was taken.
     *
     * @param state waiting if it is to be tried again at {@code next}
     * @param suppress whether its address gets no reports for a time
     * @return false if another host has taken it meanwhile
     */
    boolean note(Delivery taken, DeliveryState state, Instant next, String last, boolean suppress, Instant now)
            throws SQLException {
        try (PreparedStatement update = store.connection()
                .prepareStatement("UPDATE report_delivery SET state = ?, next_at = ?, owner = NULL, until = 0, last = ?"
                        + " WHERE report_id = ? AND n = ? AND attempt = ? AND state = 'waiting'")) {
            update.setString(1, state.keyword());
            update.setLong(2, next.getEpochSecond());
            update.setString(3, cut(last));
            update.setString(4, taken.reportId());
            update.setInt(5, taken.n());
            update.setInt(6, taken.attempt());
            boolean mine = update.executeUpdate() == 1;
            if (mine && suppress) {
                suppressions.add(taken.address().key(), cut(last), now);
            }
            store.commit();
            return mine;
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
            endReading();
        }
    }

    /** The time of the next report or delivery; empty if there is none. */
    Optional<Instant> next() throws SQLException {
        Optional<Instant> next = Optional.empty();
        for (String sql : List.of(
                "SELECT min(next_at) FROM report_out WHERE state = 'planned'",
                "SELECT min(CASE WHEN owner IS NOT NULL AND until > next_at THEN until ELSE next_at END)"
                        + " FROM report_delivery WHERE state = 'waiting'")) {
            try (PreparedStatement query = store.connection().prepareStatement(sql);
                    ResultSet rows = query.executeQuery()) {
                long time = rows.next() ? rows.getLong(1) : 0;
                if (!rows.wasNull()
                        && next.filter(other -> other.getEpochSecond() <= time).isEmpty()) {
                    next = Optional.of(Instant.ofEpochSecond(time));
                }
            }
        }
        store.commit();
        return next;
    }

    /** Ends the transaction of what other objects have read. */
    void endReading() throws SQLException {
        store.commit();
    }

    private boolean changed(PreparedStatement update) throws SQLException {
        boolean changed = update.executeUpdate() == 1;
        store.commit();
        return changed;
    }

    private static String cut(String text) {
        return text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON);
    }
}
