package org.countersign.reports.send;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;

/**
 * Takes reports that came back. The envelope sender of each delivery has a token, and any mail to it says that the report was not
 * delivered: whatever its form, nobody else knows the address. For one thread.
 */
public final class Bounces {
    /** What stands between the local part of the author and the token. */
    public static final String MARK = "+b";

    private static final String WHY = "a report to it came back";

    private final Store store;

    /**
     * @param store open for writing
     */
    public Bounces(Store store) {
        this.store = store;
    }

    /** What a token meant. */
    public enum Result {
        /** The delivery counts as failed now, and its address gets no reports for a time. */
        SUPPRESSED,
        /** The delivery had failed before. */
        KNOWN,
        /** There is no such delivery: the token is wrong, or its report was removed because of its age. */
        UNKNOWN
    }

    /**
     * Takes a bounce. A second one for the same delivery changes nothing. Commits.
     *
     * @param token what follows {@link #MARK} in the local part of the recipient, in any case
     * @throws StoreFailure if the store cannot be used; then the mail has to be kept and given again
     */
    public Result accept(String token, Instant now) throws StoreFailure {
        String lower = token.toLowerCase(Locale.ROOT);
        if (!ReportIds.isToken(lower)) {
            return Result.UNKNOWN;
        }
        try {
            store.commit();
            boolean failed = fail(lower);
            String address = address(lower);
            if (failed) {
                new Suppressions(store).add(address, WHY, now);
            }
            store.commit();
            if (failed) {
                return Result.SUPPRESSED;
            }
            return address.isEmpty() ? Result.UNKNOWN : Result.KNOWN;
        } catch (SQLException error) {
            store.rollback();
            throw store.failure(error);
        }
    }

    /** Also a waiting one: the program may have ended before it could note that the report was sent. */
    private boolean fail(String token) throws SQLException {
        try (PreparedStatement update = store.connection()
                .prepareStatement("UPDATE report_delivery SET state = 'failed', owner = NULL, until = 0, last = ?"
                        + " WHERE token = ? AND state IN ('sent', 'waiting')")) {
            update.setString(1, WHY);
            update.setString(2, token);
            return update.executeUpdate() > 0;
        }
    }

    /** The address of a delivery in the form of {@link MailAddress#key()}; empty text if there is none. */
    private String address(String token) throws SQLException {
        try (PreparedStatement query =
                store.connection().prepareStatement("SELECT address FROM report_delivery WHERE token = ?")) {
            query.setString(1, token);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next()
                        ? MailAddress.parse(rows.getString(1))
                                .map(MailAddress::key)
                                .orElse("")
                        : "";
            }
        }
    }
}
