package org.countersign.reports.source;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.countersign.domain.DomainName;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;

/**
 * The names that a person gave to sources of a domain, such as "our newsletter". A source of which the person said that it
 * sends for the domain is known, even if none of its mail ever passed. For one thread.
 */
public final class NamedSources {
    /** The maximum length of a name, in characters. */
    public static final int MAX_NAME = 60;

    /** The most sources of a domain that can have a name. */
    static final int MAX_NAMES = 1_000;

    private static final int MAX_SOURCE = 255;

    private final Store store;
    private final InstantSource clock;

    /**
     * @param store open for writing; each change is one transaction
     */
    public NamedSources(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * A source with a name.
     *
     * @param source as views show it without this name
     * @param sends whether it sends for the domain, as the person says
     */
    public record NamedSource(String source, String name, boolean sends) {}

    /** The sources of a domain that have a name. */
    public static List<NamedSource> read(Store store, String domain) throws StoreFailure {
        List<NamedSource> named = new ArrayList<>();
        try (PreparedStatement select = store.connection()
                .prepareStatement("SELECT source, name, sends FROM report_named_source WHERE domain = ?"
                        + " ORDER BY source LIMIT " + MAX_NAMES)) {
            select.setString(1, domain);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    named.add(new NamedSource(row.getString(1), row.getString(2), row.getInt(3) > 0));
                }
            }
            return named;
        } catch (SQLException error) {
            throw store.failure(error);
        }
    }

    /**
     * Names a source, or changes its name.
     *
     * @param source as views show it, which may be its present name
     * @param name printing characters, at most {@link #MAX_NAME}; an empty one removes the name
     * @param sends whether it sends for the domain
     * @throws IllegalArgumentException with a message for people, if a name cannot be used
     */
    public void name(DomainName domain, String source, String name, boolean sends) throws StoreFailure {
        String stripped = name.strip();
        if (stripped.codePointCount(0, stripped.length()) > MAX_NAME
                || !stripped.codePoints().allMatch(NamedSources::isShown)) {
            throw new IllegalArgumentException(
                    "a name has at most " + MAX_NAME + " characters, none of them invisible: choose another one");
        }
        if (source.isBlank() || source.length() > MAX_SOURCE || source.equals(DaySums.OTHERS)) {
            throw new IllegalArgumentException("this source is none that can have a name");
        }
        try {
            if (stripped.isEmpty()) {
                remove(domain, source);
            } else if (rename(domain, source, stripped, sends) == 0) {
                insert(domain, source, stripped, sends);
            }
            store.commit();
        } catch (SQLException error) {
            store.rollback();
            throw store.failure(error);
        }
    }

    private static boolean isShown(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private void remove(DomainName domain, String source) throws SQLException {
        try (PreparedStatement delete = store.connection()
                .prepareStatement("DELETE FROM report_named_source WHERE domain = ? AND (source = ? OR name = ?)")) {
            delete.setString(1, domain.toString());
            delete.setString(2, source);
            delete.setString(3, source);
            delete.executeUpdate();
        }
    }

    private int rename(DomainName domain, String source, String name, boolean sends) throws SQLException {
        try (PreparedStatement update = store.connection()
                .prepareStatement("UPDATE report_named_source SET name = ?, sends = ?, named_at = ?"
                        + " WHERE domain = ? AND (source = ? OR name = ?)")) {
            update.setString(1, name);
            update.setInt(2, sends ? 1 : 0);
            update.setLong(3, clock.instant().getEpochSecond());
            update.setString(4, domain.toString());
            update.setString(5, source);
            update.setString(6, source);
            return update.executeUpdate();
        }
    }

    private void insert(DomainName domain, String source, String name, boolean sends) throws SQLException {
        try (PreparedStatement insert = store.connection()
                .prepareStatement("INSERT INTO report_named_source (domain, source, name, sends, named_at)"
                        + " SELECT ?, ?, ?, ?, ? WHERE (SELECT count(*) FROM report_named_source WHERE domain = ?) < "
                        + MAX_NAMES)) {
            insert.setString(1, domain.toString());
            insert.setString(2, source);
            insert.setString(3, name);
            insert.setInt(4, sends ? 1 : 0);
            insert.setLong(5, clock.instant().getEpochSecond());
            insert.setString(6, domain.toString());
            if (insert.executeUpdate() == 0) {
                throw new IllegalArgumentException(
                        "the domain has " + MAX_NAMES + " names already: remove one that is not needed");
            }
        }
    }
}
