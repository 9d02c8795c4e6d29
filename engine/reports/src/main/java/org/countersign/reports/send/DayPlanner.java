package org.countersign.reports.send;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.reports.collect.DayMark;
import org.countersign.store.Store;

/**
 * Plans the reports of a day, once for all hosts that share the store. For one thread.
 */
final class DayPlanner {
    /** What is older was missed, and is not sent any more. */
    static final int MAX_DAYS = 2;

    private static final Duration SETTLING = Duration.ofMinutes(30);
    private static final Duration MAX_WAIT = Duration.ofHours(6);
    private static final Duration ACTIVE = Duration.ofDays(1);
    // As many names as a line of the log can bear.
    private static final int MAX_HOSTS = 10;

    private final Store store;
    private final PublicSuffixList suffixes;

    DayPlanner(Store store, PublicSuffixList suffixes) {
        this.store = store;
        this.suffixes = suffixes;
    }

    /** Whether the rows of a day are complete. */
    sealed interface Readiness {
        record Ready() implements Readiness {}

        /**
         * They may not be.
         *
         * @param until when they count as complete at the latest
         * @param why a clause
         */
        record Waiting(Instant until, String why) implements Readiness {}
    }

    /**
     * A day is complete half an hour after its end, if all hosts that were seen in the last day have stored all of it.
     * Six hours after its end it counts as complete.
     */
    Readiness readiness(long day, Instant now) throws SQLException {
        Instant end = PlannedReport.begin(day + 1);
        if (now.isBefore(end.plus(SETTLING))) {
            return new Readiness.Waiting(end.plus(SETTLING), "the day ends at midnight UTC");
        }
        if (!now.isBefore(end.plus(MAX_WAIT))) {
            return new Readiness.Ready();
        }
        try (PreparedStatement query = store.connection()
                // A host that does not know its own name is named by its id, as in its log.
                .prepareStatement("SELECT CASE WHEN name = '' THEN host_id ELSE name END AS host FROM report_host"
                        + " WHERE seen_at >= ? AND through < ? ORDER BY host LIMIT " + MAX_HOSTS)) {
            query.setLong(1, now.minus(ACTIVE).getEpochSecond());
            query.setLong(2, end.getEpochSecond());
            List<String> hosts = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    hosts.add(rows.getString(1));
                }
            }
            return hosts.isEmpty()
                    ? new Readiness.Ready()
                    : new Readiness.Waiting(
                            end.plus(MAX_WAIT), "these hosts have not stored all of it: " + String.join(", ", hosts));
        } finally {
            store.commit();
        }
    }

    /** The last days, latest first, that were not planned yet, be they complete or not. */
    List<Long> unplanned(Instant now) throws SQLException {
        List<Long> days = new ArrayList<>();
        long today = PlannedReport.dayOf(now);
        for (long day = today - 1; day >= today - MAX_DAYS; day--) {
            if (!isPlanned(day)) {
                days.add(day);
            }
        }
        return days;
    }

    boolean isPlanned(long day) throws SQLException {
        try (PreparedStatement query =
                store.connection().prepareStatement("SELECT 1 FROM report_setting WHERE name = ?")) {
            query.setString(1, DayMark.PLANNED.of(day));
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        } finally {
            store.commit();
        }
    }

    /**
     * Plans a day.
     *
     * @param from the author of the reports, whose domain is part of their ids
     * @param span when they are sent
     * @return empty if the day was planned before
     */
    Optional<DaySelection> plan(long day, MailAddress from, SendSettings settings, SendWindow.Span span, Instant now)
            throws SQLException {
        try {
            // The first statement takes the day: another host waits for the commit, and then finds it planned.
            if (!mark(day, now)) {
                store.rollback();
                return Optional.empty();
            }
            DaySelection selection = DaySelection.of(store, day, settings, suffixes);
            insert(selection, from, span, now);
            store.commit();
            return Optional.of(selection);
        } catch (SQLException error) {
            store.rollback();
            throw error;
        }
    }

    private boolean mark(long day, Instant now) throws SQLException {
        try (PreparedStatement insert = store.connection()
                .prepareStatement("INSERT INTO report_setting (name, content) VALUES (?, ?)"
                        + " ON CONFLICT (name) DO NOTHING")) {
            insert.setString(1, DayMark.PLANNED.of(day));
            insert.setString(2, now.toString());
            return insert.executeUpdate() == 1;
        }
    }

    private void insert(DaySelection selection, MailAddress from, SendWindow.Span span, Instant now)
            throws SQLException {
        try (PreparedStatement insert = store.connection()
                .prepareStatement("INSERT INTO report_out (report_id, bucket, day, domain, policy_id, part, state,"
                        + " row_count, messages, omitted, body, why, made_at, attempt, next_at)"
                        + " VALUES (?, ?, ?, ?, ?, 0, 'planned', ?, ?, 0, NULL, '', ?, 0, ?)"
                        + " ON CONFLICT (day, policy_id, part) DO NOTHING")) {
            int index = 0;
            for (DaySelection.Candidate chosen : selection.chosen()) {
                insert.setString(
                        1, ReportIds.reportId(from.domain(), chosen.domain(), selection.day(), chosen.policyId(), 0));
                insert.setInt(2, chosen.bucket());
                insert.setLong(3, selection.day());
                insert.setString(4, chosen.domain().toString());
                insert.setBytes(5, chosen.policyId().toByteArray());
                insert.setLong(6, chosen.rows());
                insert.setLong(7, chosen.messages());
                insert.setLong(8, now.getEpochSecond());
                insert.setLong(9, span.slot(index++, selection.chosen().size()).getEpochSecond());
                insert.executeUpdate();
            }
        }
    }

    /** Whether there are rows of a day. */
    boolean hasRows(long day) throws SQLException {
        try (PreparedStatement query =
                store.connection().prepareStatement("SELECT 1 FROM report_row WHERE day = ? LIMIT 1")) {
            query.setLong(1, day);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        } finally {
            store.commit();
        }
    }
}
