package org.countersign.reports.receive;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.countersign.reports.receive.MailboxLease.Position;
import org.countersign.store.Store;

/**
 * How often the next message of a mailbox was begun, and which message was left aside last. An attempt is noted before the message
 * is read: a message that ends the process would otherwise be read first by each process after it, and those behind it never.
 */
final class MailboxAttempts {
    /** After so many attempts a message is left aside. */
    static final int MAX = 3;

    private final String attempts;
    private final String leftAside;

    /** @param mailbox its name, equal on all hosts */
    MailboxAttempts(String mailbox) {
        this.attempts = "mailbox attempts " + mailbox;
        this.leftAside = "mailbox left aside " + mailbox;
    }

    /** How often a message was begun and not ended. */
    int number(Store store, Position message) throws SQLException {
        String text = read(store, attempts);
        String prefix = message.text() + " ";
        try {
            return text.startsWith(prefix) ? Integer.parseInt(text.substring(prefix.length())) : 0;
        } catch (NumberFormatException damaged) {
            return 0;
        }
    }

    /** Notes the number of a message. The caller commits. */
    void note(Store store, Position message, int number) throws SQLException {
        write(store, attempts, message.text() + " " + number);
    }

    /** Notes that a message was read. The caller commits. */
    void end(Store store) throws SQLException {
        try (PreparedStatement delete =
                store.connection().prepareStatement("DELETE FROM report_setting WHERE name = ?")) {
            delete.setString(1, attempts);
            delete.executeUpdate();
        }
    }

    /** Notes that a message is not read again, and stays where it is. The caller commits. */
    void leaveAside(Store store, Position message) throws SQLException {
        end(store);
        // Not in the row of attempts: the next message replaces that before anything of it is stored.
        write(store, leftAside, message.text());
    }

    /** Whether a message is the one that was left aside last. */
    boolean isLeftAside(Store store, Position message) throws SQLException {
        return read(store, leftAside).equals(message.text());
    }

    private static String read(Store store, String name) throws SQLException {
        try (PreparedStatement select =
                store.connection().prepareStatement("SELECT content FROM report_setting WHERE name = ?")) {
            select.setString(1, name);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? String.valueOf(rows.getString(1)) : "";
            }
        }
    }

    private static void write(Store store, String name, String content) throws SQLException {
        try (PreparedStatement insert = store.connection()
                .prepareStatement("INSERT INTO report_setting (name, content) VALUES (?, ?)"
                        + " ON CONFLICT (name) DO UPDATE SET content = excluded.content")) {
            insert.setString(1, name);
            insert.setString(2, content);
            insert.executeUpdate();
        }
    }
}
