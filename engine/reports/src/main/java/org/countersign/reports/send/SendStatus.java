package org.countersign.reports.send;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.reports.collect.DayMark;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;

/**
 * What became of the reports of the last days, for people.
 *
 * @param days one for each day and state, latest day first
 * @param next when something is due next; empty if nothing is
 * @param late the days with messages that came too late for their reports, latest day first
 * @param repeated segments of which some messages are counted twice, the last one first
 * @param problems deliveries that failed, expired or are tried again, latest first
 * @param suppressed addresses that get no reports now
 */
public record SendStatus(
        List<DayState> days,
        Optional<Instant> next,
        List<Late> late,
        List<Repeated> repeated,
        List<Problem> problems,
        List<Suppressed> suppressed) {
    private static final int MAX_DAYS = 14;
    private static final int MAX_LINES = 50;

    public SendStatus {
        days = List.copyOf(days);
        late = List.copyOf(late);
        repeated = List.copyOf(repeated);
        problems = List.copyOf(problems);
        suppressed = List.copyOf(suppressed);
    }

    /**
     * A number of reports or deliveries.
     *
     * @param day counted from 1970-01-01 in UTC
     * @param kind {@code report} or {@code delivery} for aggregate reports, else {@code failure report}
     * @param state of the table
     */
    public record DayState(long day, String kind, String state, long count) {}

    /**
     * Messages that were counted after the reports of their day were planned, so that no report has them.
     *
     * @param day counted from 1970-01-01 in UTC
     */
    public record Late(long day, long messages) {}

    /**
     * Messages that are counted twice, because a spool was copied while it was in use. The log said so too, unless the process ended just
     * then.
     *
     * @param day of the messages, counted from 1970-01-01 in UTC
     * @param host its name, or its id if that is unknown
     * @param messages at most so many
     */
    public record Repeated(long day, String host, long messages) {}

    /** A delivery that was not accepted. */
    public record Problem(long day, String domain, String address, String state, int attempt, String last) {}

    /**
     * An address without reports.
     *
     * @param times how often it was suppressed
     */
    public record Suppressed(String address, Instant until, int times, String why) {}

    /**
     * Reads the status.
     *
     * @param store open for reading
     * @throws StoreFailure if it cannot be read
     */
    public static SendStatus read(Store store, Instant now) throws StoreFailure {
        long first = PlannedReport.dayOf(now) - MAX_DAYS;
        try {
            return new SendStatus(
                    days(store, first),
                    new Outbox(store, "").next(),
                    late(store, first),
                    repeated(store, first),
                    problems(store, first),
                    suppressed(store, now));
        } catch (SQLException error) {
            throw store.failure(error);
        }
    }

    private static List<DayState> days(Store store, long first) throws SQLException {
        try (PreparedStatement query = store.connection()
                .prepareStatement("SELECT day, 'report' AS what, state, count(*) FROM report_out WHERE day >= ?"
                        + " AND kind = 'aggregate' GROUP BY day, state"
                        + " UNION ALL SELECT day, CASE kind WHEN 'failure' THEN 'failure report' ELSE 'delivery' END,"
                        + " state, count(*) FROM report_delivery WHERE day >= ? GROUP BY day, kind, state"
                        + " ORDER BY 1 DESC, 2 DESC, 3")) {
            query.setLong(1, first);
            query.setLong(2, first);
            List<DayState> days = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    days.add(new DayState(rows.getLong(1), rows.getString(2), rows.getString(3), rows.getLong(4)));
                }
            }
            return days;
        }
    }

    private static List<Late> late(Store store, long first) throws SQLException {
        try (PreparedStatement query = store.connection()
                .prepareStatement("SELECT name, content FROM report_setting WHERE name LIKE ? AND name >= ?"
                        + " ORDER BY name DESC")) {
            query.setString(1, DayMark.LATE.prefix() + "%");
            query.setString(2, DayMark.LATE.of(first));
            List<Late> late = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    late.add(new Late(
                            Long.parseLong(rows.getString(1)
                                    .substring(DayMark.LATE.prefix().length())),
                            Long.parseLong(rows.getString(2))));
                }
            }
            return late;
        }
    }

    /** Of two files of counts with one number, the larger one is a further part of the batch. */
    private static List<Repeated> repeated(Store store, long first) throws SQLException {
        try (PreparedStatement query = store.connection()
                .prepareStatement("SELECT b.day, CASE WHEN h.name <> '' THEN h.name ELSE b.host_id END,"
                        + " (SELECT max(e.messages) FROM report_batch e WHERE e.host_id = b.host_id AND e.seq = b.seq"
                        + " AND e.part < b.part) FROM report_batch b LEFT JOIN report_host h ON h.host_id = b.host_id"
                        + " WHERE b.part > 0 AND b.day >= ? ORDER BY b.at DESC, b.host_id, b.seq, b.part LIMIT "
                        + MAX_LINES)) {
            query.setLong(1, first);
            List<Repeated> repeated = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    repeated.add(new Repeated(rows.getLong(1), rows.getString(2), rows.getLong(3)));
                }
            }
            return repeated;
        }
    }

    private static List<Problem> problems(Store store, long first) throws SQLException {
        try (PreparedStatement query = store.connection()
                .prepareStatement("SELECT d.day, o.domain, d.address, d.state, d.attempt, d.last FROM report_delivery d"
                        + " JOIN report_out o ON o.report_id = d.report_id WHERE d.day >= ?"
                        + " AND (d.state IN ('failed', 'expired') OR (d.state = 'waiting' AND d.last <> ''))"
                        + " ORDER BY d.day DESC, d.report_id, d.n LIMIT " + MAX_LINES)) {
            query.setLong(1, first);
            List<Problem> problems = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    problems.add(new Problem(
                            rows.getLong(1),
                            rows.getString(2),
                            rows.getString(3),
                            rows.getString(4),
                            rows.getInt(5),
                            rows.getString(6)));
                }
            }
            return problems;
        }
    }

    private static List<Suppressed> suppressed(Store store, Instant now) throws SQLException {
        try (PreparedStatement query = store.connection()
                .prepareStatement("SELECT address, until, times, why FROM report_suppression WHERE until > ?"
                        + " ORDER BY until DESC, address LIMIT " + MAX_LINES)) {
            query.setLong(1, now.getEpochSecond());
            List<Suppressed> suppressed = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    suppressed.add(new Suppressed(
                            rows.getString(1),
                            Instant.ofEpochSecond(rows.getLong(2)),
                            rows.getInt(3),
                            rows.getString(4)));
                }
            }
            return suppressed;
        }
    }
}
