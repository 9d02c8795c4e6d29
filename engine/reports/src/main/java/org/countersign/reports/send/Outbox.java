package org.countersign.reports.send;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.countersign.reports.send.DeliveryQueue.NewDelivery;
import org.countersign.reports.send.ReportQueue.NewFailureReport;
import org.countersign.reports.send.ReportQueue.Part;
import org.countersign.store.Store;

/**
 * The reports and deliveries in the store, and the changes that touch both. Several hosts may work with one store. Each change
 * of a row names the attempt that it belongs to, and has no effect if another host has taken the row meanwhile. No statement depends on the features of
 * one database. Each method commits unless it says otherwise, and begins its transaction with the change, because SQLite refuses to
 * change what was read before another program wrote. For one thread.
 */
final class Outbox {
    /** How long a host may work on what it has taken; what a host that has died had taken is free after that. */
    static final Duration LEASE = Duration.ofMinutes(10);

    private static final int MAX_REASON = 500;

    private final Store store;
    private final ReportQueue reports;
    private final DeliveryQueue deliveries;
    private final DeliveryCounts counts;

    /**
     * @param owner the name of this process, unlike that of every other one
     */
    Outbox(Store store, String owner) {
        this.store = store;
        this.reports = new ReportQueue(store);
        this.deliveries = new DeliveryQueue(store, owner);
        this.counts = new DeliveryCounts(store);
    }

    ReportQueue reports() {
        return reports;
    }

    DeliveryQueue deliveries() {
        return deliveries;
    }

    DeliveryCounts counts() {
        return counts;
    }

    /**
     * Stores a composed report with its deliveries, in one transaction.
     *
     * @param parts the first one is part 0
     * @param why which addresses get none; may be empty
     * @return false if another host has composed it
     */
    boolean compose(PlannedReport report, List<Part> parts, List<NewDelivery> wanted, String why, Instant now)
            throws SQLException {
        if (!reports.markComposed(report, parts.getFirst(), why)) {
            store.rollback();
            return false;
        }
        for (Part part : parts.subList(1, parts.size())) {
            reports.addPart(report, part, now);
        }
        deliveries.add(ReportKind.AGGREGATE, wanted, report.day(), now);
        store.commit();
        return true;
    }

    /**
     * Stores a failure report with its deliveries, after {@link DeliveryCounts#lock}, and commits.
     *
     * @param due when the deliveries are to be made
     */
    void addFailureReport(NewFailureReport report, List<NewDelivery> wanted, Instant now, Instant due)
            throws SQLException {
        reports.addFailureReport(report, now);
        deliveries.add(ReportKind.FAILURE, wanted, PlannedReport.dayOf(now), due);
        store.commit();
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

    /** A reason for people, of the length that the store keeps. */
    static String reason(String text) {
        return text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON);
    }
}
