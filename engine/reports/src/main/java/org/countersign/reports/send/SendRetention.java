package org.countersign.reports.send;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.countersign.reports.collect.DayMark;
import org.countersign.store.RetentionClock;
import org.countersign.store.Store;

/** Removes what is old: the documents of reports, then the reports themselves, and old suppressions. For one thread. */
final class SendRetention {
    private static final Duration BODIES = Duration.ofDays(30);
    private static final Duration REPORTS = Duration.ofDays(400);

    private final Store store;

    SendRetention(Store store) {
        this.store = store;
    }

    /** Removes, and commits. */
    void run(Instant clock) throws SQLException {
        Instant now = new RetentionClock(store).time(clock);
        store.commit();
        long bodies = PlannedReport.dayOf(now.minus(BODIES));
        long reports = PlannedReport.dayOf(now.minus(REPORTS));
        execute("UPDATE report_out SET body = NULL WHERE day < ? AND body IS NOT NULL", bodies);
        for (String table : List.of("report_delivery", "report_out")) {
            execute("DELETE FROM " + table + " WHERE day < ?", reports);
        }
        // As long as all numbers of days have five digits, which is until the year 2243.
        try (PreparedStatement statement =
                store.connection().prepareStatement("DELETE FROM report_setting WHERE name LIKE ? AND name < ?")) {
            for (DayMark mark : DayMark.values()) {
                statement.setString(1, mark.prefix() + "%");
                statement.setString(2, mark.of(bodies));
                statement.executeUpdate();
            }
        }
        new Suppressions(store).removeOld(now);
        store.commit();
    }

    private void execute(String sql, long day) throws SQLException {
        try (PreparedStatement statement = store.connection().prepareStatement(sql)) {
            statement.setLong(1, day);
            statement.executeUpdate();
        }
        store.commit();
    }
}
