package org.countersign.reports.send;

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

/**
 * The deliveries in the store (table {@code report_delivery}): one for each report and address. A host takes a delivery for
 * {@link Outbox#LEASE} and then notes what became of it. For one thread.
 */
final class DeliveryQueue {
    private static final String DELIVERIES =
            "SELECT d.report_id, d.kind, d.n, d.address, d.token, d.attempt, d.first_at, o.domain,"
                    + " o.day, o.messages FROM report_delivery d JOIN report_out o ON o.report_id = d.report_id";

    /**
     * Longer than any pause or lease. A row with a time that is further ahead was written before the clock was set back, as in
     * {@link MeasuringClock#hasCome}.
     */
    static final Duration MAX_AHEAD = Duration.ofDays(1);

    private final Store store;
    private final Suppressions suppressions;
    private final String owner;

    /**
     * @param owner the name of this process, unlike that of every other one
     */
    DeliveryQueue(Store store, String owner) {
        this.store = store;
        this.owner = owner;
        this.suppressions = new Suppressions(store);
    }

    /**
     * A delivery to be made.
     *
     * @param state waiting or suppressed
     */
    record NewDelivery(String reportId, int n, MailAddress address, String token, DeliveryState state, String why) {}

    /**
     * Adds the deliveries of a report. The caller ends the transaction.
     *
     * @param day the day that the report is about
     * @param due when they are to be made
     */
    void add(ReportKind kind, List<NewDelivery> deliveries, long day, Instant due) throws SQLException {
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
                insert.setLong(8, due.getEpochSecond());
                insert.setLong(9, due.getEpochSecond());
                insert.setString(10, Outbox.reason(delivery.why()));
                insert.executeUpdate();
            }
        }
    }

    /** The deliveries that are due, those that wait for the longest time first. */
    List<Delivery> due(Instant now, int limit) throws SQLException {
        try (PreparedStatement query = store.connection()
                .prepareStatement(DELIVERIES + " WHERE d.state = 'waiting' AND (d.next_at <= ? OR d.next_at > ?)"
                        + " AND (d.owner IS NULL OR d.until < ? OR d.until > ?) ORDER BY d.next_at, d.report_id, d.n LIMIT "
                        + limit)) {
            long impossible = now.plus(MAX_AHEAD).getEpochSecond();
            query.setLong(1, now.getEpochSecond());
            query.setLong(2, impossible);
            query.setLong(3, now.getEpochSecond());
            query.setLong(4, impossible);
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
                        + " AND (owner IS NULL OR until < ? OR until > ?)")) {
            update.setString(1, owner);
            update.setLong(2, now.plus(Outbox.LEASE).getEpochSecond());
            update.setString(3, delivery.reportId());
            update.setInt(4, delivery.n());
            update.setInt(5, delivery.attempt());
            update.setLong(6, now.getEpochSecond());
            update.setLong(7, now.plus(MAX_AHEAD).getEpochSecond());
            boolean taken = update.executeUpdate() == 1;
            store.commit();
            return taken ? Optional.of(delivery.taken()) : Optional.empty();
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
            update.setString(3, Outbox.reason(last));
            update.setString(4, taken.reportId());
            update.setInt(5, taken.n());
            update.setInt(6, taken.attempt());
            boolean mine = update.executeUpdate() == 1;
            if (mine && suppress) {
                suppressions.add(taken.address().key(), Outbox.reason(last), now);
            }
            store.commit();
            return mine;
        }
    }
}
