package org.countersign.reports.send;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import org.countersign.domain.DomainName;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;

/**
 * What a person changes about the reports that are sent: which addresses get none, and what is tried again now. It can be
 * done while services run. For one thread.
 */
public final class DeliveryChanges {
    /** How long an address gets no reports that a person has suppressed. */
    public static final Duration SUPPRESSED = Duration.ofDays(90);

    private final Store store;
    private final InstantSource clock;

    /**
     * @param store open for writing; each change is one transaction
     */
    public DeliveryChanges(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    private interface Change {
        int run() throws SQLException;
    }

    private int commit(Change change) throws StoreFailure {
        try {
            int changed = change.run();
            store.commit();
            return changed;
        } catch (SQLException error) {
            store.rollback();
            throw store.failure(error);
        }
    }

    /**
     * Sends no reports to an address for 90 days.
     *
     * @param why for people, such as who did it
     */
    public void suppress(MailAddress address, String why) throws StoreFailure {
        commit(() -> {
            try (PreparedStatement insert = store.connection()
                    .prepareStatement("INSERT INTO report_suppression (address, until, times, why)"
                            + " VALUES (?, ?, 0, ?) ON CONFLICT (address)"
                            + " DO UPDATE SET until = excluded.until, why = excluded.why")) {
                insert.setString(1, address.key());
                insert.setLong(2, clock.instant().plus(SUPPRESSED).getEpochSecond());
                insert.setString(3, why);
                return insert.executeUpdate();
            }
        });
    }

    /**
     * Sends reports to an address again, from the next ones on. Its failures are forgotten.
     *
     * @param address as the view of suppressions has it
     * @return whether it was suppressed
     */
    public boolean resume(String address) throws StoreFailure {
        return commit(() -> {
                    try (PreparedStatement delete =
                            store.connection().prepareStatement("DELETE FROM report_suppression WHERE address = ?")) {
                        delete.setString(1, address);
                        return delete.executeUpdate();
                    }
                })
                > 0;
    }

    /**
     * Tries the reports about a domain again now that wait, failed or expired, as long as their documents are kept. They
     * are tried for two days from now on. A delivery that a host works on is left alone.
     *
     * @return how many deliveries are tried
     */
    public int retry(DomainName domain) throws StoreFailure {
        return commit(() -> {
            try (PreparedStatement update = store.connection()
                    .prepareStatement("UPDATE report_delivery SET state = 'waiting', next_at = ?, first_at = ?"
                            + " WHERE state IN ('waiting', 'failed', 'expired') AND (owner IS NULL OR until < ?)"
                            + " AND report_id IN (SELECT report_id FROM report_out WHERE domain = ?"
                            + " AND state = 'composed' AND body IS NOT NULL)")) {
                long now = clock.instant().getEpochSecond();
                update.setLong(1, now);
                update.setLong(2, now);
                update.setLong(3, now);
                update.setString(4, domain.toString());
                return update.executeUpdate();
            }
        });
    }
}
