package org.countersign.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * An open store: one connection to an SQLite file or to a PostgreSQL database, with the tables of this version of the
 * program. For one thread.
 */
public final class Store implements AutoCloseable {
    private final StoreLocation location;
    private final Connection connection;

    private Store(StoreLocation location, Connection connection) {
        this.location = location;
        this.connection = connection;
    }

    /**
     * Opens a store for writing, and creates what is missing: an SQLite file (mode 0640), and the tables. An SQLite file
     * of an earlier version is brought up to date, a database is not (see {@link #migrate}). Each batch of statements
     * needs a {@link #commit}.
     *
     * @throws StoreFailure if it cannot be opened, is of a newer version, or a database of an earlier one
     */
    public static Store openForWriting(StoreLocation location) throws StoreFailure {
        Connection connection = switch (location) {
            case StoreLocation.File file -> SqliteFile.openForWriting(file);
            case StoreLocation.Database database -> PostgresqlDatabase.open(database, false);
        };
        try {
            connection.setAutoCommit(false);
            Migrations.prepare(connection, location);
            // What was read ends here: SQLite refuses to write in a transaction that began before another program
            // wrote.
            connection.commit();
            return new Store(location, connection);
        } catch (SQLException error) {
            throw closing(connection, StoreFailures.of(error, location));
        } catch (StoreFailure newer) {
            throw closing(connection, newer);
        }
    }

    /** What {@link #migrate} did: the version of the store before, 0 for a store without tables, and the version now. */
    public record Migration(int before, int now) {}

    /**
     * Brings a store to the version of this program. There is no way back. Hosts of an earlier version that have it open
     * lose their connection, and then refuse it. What they have for the store waits on their disks.
     *
     * @throws StoreFailure if the store cannot be opened, or is of a newer version
     */
    public static Migration migrate(StoreLocation location) throws StoreFailure {
        Connection connection = switch (location) {
            case StoreLocation.File file -> SqliteFile.openForWriting(file);
            case StoreLocation.Database database -> PostgresqlDatabase.open(database, false);
        };
        try (connection) {
            connection.setAutoCommit(false);
            int before = Migrations.apply(connection, location);
            if (before > 0 && before < Migrations.LATEST && location instanceof StoreLocation.Database) {
                PostgresqlDatabase.endOtherConnections(connection);
            }
            return new Migration(before, Migrations.LATEST);
        } catch (SQLException error) {
            throw StoreFailures.of(error, location);
        }
    }

    /**
     * Opens a store for reading only. This neither creates nor changes any file, works while a service writes to the
     * store, and while no service runs.
     *
     * @throws StoreFailure if it cannot be opened, or is of a newer version
     */
    public static Store openForReading(StoreLocation location) throws StoreFailure {
        Connection connection = switch (location) {
            case StoreLocation.File file -> SqliteFile.openForReading(file);
            case StoreLocation.Database database -> PostgresqlDatabase.open(database, true);
        };
        try {
            Migrations.check(connection, location);
            return new Store(location, connection);
        } catch (SQLException error) {
            throw closing(connection, StoreFailures.of(error, location));
        } catch (StoreFailure newer) {
            throw closing(connection, newer);
        }
    }

    private static StoreFailure closing(Connection connection, StoreFailure failure) {
        try {
            connection.close();
        } catch (SQLException second) {
            failure.addSuppressed(second);
        }
        return failure;
    }

    /** The connection, for statements that both databases understand. */
    public Connection connection() {
        return connection;
    }

    /** Whether the store is an SQLite file, whose size this program has to limit itself. */
    public boolean isFile() {
        return location instanceof StoreLocation.File;
    }

    /**
     * Lets the statements that follow take as long as those over a whole day do. Without it a database that does not answer
     * within a minute counts as unreachable.
     */
    public void allowLongStatements() throws SQLException {
        if (!isFile()) {
            PostgresqlDatabase.allowLongStatements(connection);
        }
    }

    /** Commits what was written. A store that is open for reading has nothing to commit. */
    public void commit() throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.commit();
        }
    }

    /** Gives up the statements since the last commit; ignores that the connection is broken. */
    public void rollback() {
        try {
            connection.rollback();
        } catch (SQLException broken) {
            // The next statement reports it.
        }
    }

    /** The failure that an error of the connection means. */
    public StoreFailure failure(SQLException error) {
        return StoreFailures.of(error, location);
    }

    /** Octets of an SQLite file, all of it and the part that is in use. */
    public record FileSize(long total, long used) {}

    /** The size of an SQLite file without its write-ahead log. */
    public FileSize fileSize() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            long pageSize = SqliteFile.number(statement, "PRAGMA page_size");
            long pages = SqliteFile.number(statement, "PRAGMA page_count");
            long free = SqliteFile.number(statement, "PRAGMA freelist_count");
            return new FileSize(pages * pageSize, (pages - free) * pageSize);
        }
    }

    /**
     * Gives free room at the end of an SQLite file back to the disk. Call between commits.
     *
     * @param octets about how much
     */
    public void release(long octets) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            long pages = octets / SqliteFile.number(statement, "PRAGMA page_size") + 1;
            // SQLite frees one page for each row, and the rows have no columns: only executeUpdate fetches them all.
            statement.executeUpdate("PRAGMA incremental_vacuum(" + pages + ")");
        }
        connection.commit();
    }

    /** Closes the connection; statements that were not committed are lost. */
    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException broken) {
            // Nothing is left to close.
        }
    }
}
