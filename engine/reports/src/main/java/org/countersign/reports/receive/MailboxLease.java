package org.countersign.reports.receive;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.countersign.store.Store;

/**
 * The right of one host to read a mailbox, and how far the mailbox was read. Both are in the store, so that several hosts
 * can be configured for one mailbox. A host that ends without a word loses the right after a time.
 */
final class MailboxLease {
    static final long SECONDS = 600;

    private final String name;
    private final String owner;

    /**
     * @param name of the mailbox, equal on all hosts
     * @param owner of this process, equal to that of no other
     */
    MailboxLease(String name, String owner) {
        this.name = "mailbox " + name;
        this.owner = owner;
    }

    /**
     * The last message that was read.
     *
     * @param validity the UIDVALIDITY of the mailbox (RFC 9051 §2.3.1.1)
     * @param uid the UID of the message; 0 for none
     */
    record Position(long validity, long uid) {
        static final Position NONE = new Position(0, 0);

        static Position parse(String text) {
            int blank = text.indexOf(' ');
            try {
                return blank < 0
                        ? NONE
                        : new Position(
                                Long.parseLong(text.substring(0, blank)), Long.parseLong(text.substring(blank + 1)));
            } catch (NumberFormatException damaged) {
                return NONE;
            }
        }

        String text() {
            return validity + " " + uid;
        }
    }

    /** Takes the right, or keeps it. Commits. */
    boolean take(Store store, long now) throws SQLException {
        boolean taken = renew(store, now, "owner = ? OR until < ?") || insert(store, now);
        store.commit();
        return taken;
    }

    private boolean renew(Store store, long now, String condition) throws SQLException {
        try (PreparedStatement update = store.connection()
                .prepareStatement(
                        "UPDATE report_lease SET owner = ?, until = ? WHERE name = ? AND (" + condition + ")")) {
            update.setString(1, owner);
            update.setLong(2, now + SECONDS);
            update.setString(3, name);
            update.setString(4, owner);
            update.setLong(5, now);
            return update.executeUpdate() == 1;
        }
    }

    private boolean insert(Store store, long now) throws SQLException {
        try (PreparedStatement insert = store.connection()
                .prepareStatement("INSERT INTO report_lease (name, owner, until) VALUES (?, ?, ?)"
                        + " ON CONFLICT (name) DO NOTHING")) {
            insert.setString(1, name);
            insert.setString(2, owner);
            insert.setLong(3, now + SECONDS);
            return insert.executeUpdate() == 1;
        }
    }

    /** Gives the right back. Commits. */
    void release(Store store) throws SQLException {
        try (PreparedStatement delete =
                store.connection().prepareStatement("DELETE FROM report_lease WHERE name = ? AND owner = ?")) {
            delete.setString(1, name);
            delete.setString(2, owner);
            delete.executeUpdate();
        }
        store.commit();
    }

    /** How far the mailbox was read. */
    Position position(Store store) throws SQLException {
        try (PreparedStatement select =
                store.connection().prepareStatement("SELECT content FROM report_setting WHERE name = ?")) {
            select.setString(1, name);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? Position.parse(String.valueOf(rows.getString(1))) : Position.NONE;
            }
        }
    }

    /**
     * Notes that a message was read, in the transaction with what it contains.
     *
     * @throws SQLException also if another host has the right meanwhile, so that the transaction must be undone
     */
    void advance(Store store, Position position, long now) throws SQLException {
        if (!renew(store, now, "owner = ? AND until >= ?")) {
            throw new SQLException("another host reads the mailbox now", "40001");
        }
        try (PreparedStatement insert = store.connection()
                .prepareStatement("INSERT INTO report_setting (name, content) VALUES (?, ?)"
                        + " ON CONFLICT (name) DO UPDATE SET content = excluded.content")) {
            insert.setString(1, name);
            insert.setString(2, position.text());
            insert.executeUpdate();
        }
    }
}
