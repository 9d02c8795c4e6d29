package org.countersign.reports.receive;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import org.countersign.metrics.Label;
import org.countersign.metrics.Meter;
import org.countersign.metrics.Metric;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;

/**
 * Metrics of the reports in the store, whatever way and host they came by. The command {@code reports receive} runs for one message and
 * has no metrics of its own.
 */
public final class ArrivalMetrics {
    /** Reports of the last day. */
    public static final Metric ARRIVED = Metric.gauge(
            "countersign_reports_arrived_last_day",
            "Aggregate and failure reports that reached the store in the last 24 hours by any way, by whether their"
                    + " sender is authenticated. Read every minute.");
    /** What was refused in the last day. */
    public static final Metric REFUSED = Metric.gauge(
            "countersign_reports_refused_last_day",
            "Different messages and files that were refused as reports in the last 24 hours. Read every minute.");
    /** The time of the last report. */
    public static final Metric LATEST = Metric.gauge(
            "countersign_reports_latest_timestamp_seconds",
            "When the latest aggregate report reached the store; 0 without one.");

    private static final Duration DAY = Duration.ofDays(1);
    private static final String LABEL = "authenticated";
    private static final String AUTHENTICATED = "CASE WHEN auth IN ('pass', 'given') THEN 1 ELSE 0 END";

    private final InstantSource clock;
    private volatile Arrivals arrivals = new Arrivals(0, 0, 0, 0);

    private record Arrivals(long authenticated, long others, long refused, long latest) {}

    /** Registers the metrics, which are 0 until {@link #read}. */
    public ArrivalMetrics(Meter meter, InstantSource clock) {
        this.clock = clock;
        meter.gauge(ARRIVED, () -> arrivals.authenticated(), new Label(LABEL, "yes"));
        meter.gauge(ARRIVED, () -> arrivals.others(), new Label(LABEL, "no"));
        meter.gauge(REFUSED, () -> arrivals.refused());
        meter.gauge(LATEST, () -> arrivals.latest());
    }

    /**
     * Reads the present values.
     *
     * @throws StoreFailure if the store cannot be read: the values stay what they were
     */
    public void read(Store store) throws StoreFailure {
        long since = clock.instant().minus(DAY).getEpochSecond();
        try {
            long all = number(store, "SELECT count(*) FROM received_report WHERE got_at >= ?", since)
                    + number(store, "SELECT count(*) FROM received_failure WHERE got_at >= ?", since);
            long authenticated = number(
                            store, "SELECT sum(" + AUTHENTICATED + ") FROM received_report WHERE got_at >= ?", since)
                    + number(store, "SELECT sum(" + AUTHENTICATED + ") FROM received_failure WHERE got_at >= ?", since);
            arrivals = new Arrivals(
                    authenticated,
                    all - authenticated,
                    number(store, "SELECT count(*) FROM received_refused WHERE at >= ?", since),
                    number(store, "SELECT max(got_at) FROM received_report WHERE got_at >= ?", 0));
            store.commit();
        } catch (SQLException error) {
            store.rollback();
            throw store.failure(error);
        }
    }

    /** Whether anything has come in, or was refused. */
    public static boolean hasArrivals(Store store) throws SQLException {
        try (PreparedStatement query = store.connection()
                        .prepareStatement("SELECT 1 FROM received_report UNION ALL SELECT 1 FROM received_failure"
                                + " UNION ALL SELECT 1 FROM received_refused LIMIT 1");
                ResultSet row = query.executeQuery()) {
            return row.next();
        }
    }

    private static long number(Store store, String sql, long since) throws SQLException {
        try (PreparedStatement query = store.connection().prepareStatement(sql)) {
            query.setLong(1, since);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }
}
