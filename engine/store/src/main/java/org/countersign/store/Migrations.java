package org.countersign.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.countersign.store.StoreFailure.Reason;

/**
 * Brings a store to the version of this program. Each migration is one SQL file in this package, numbered from 1, which
 * is never changed after a release. Those that a store lacks run in one transaction. There is no way back to an earlier version.
 */
final class Migrations {
    /** The number of the last migration. */
    static final int LATEST = 4;

    private static final int ATTEMPTS = 5;

    private Migrations() {}

    /**
     * Creates the tables of an empty store, and brings an SQLite file to this version. A database with tables of an
     * earlier version is left alone: hosts of that version may still write to it, so an administrator chooses when.
     *
     * @throws StoreFailure if the store is of a newer version, or a database of an earlier one
     */
    static void prepare(Connection connection, StoreLocation location) throws SQLException, StoreFailure {
        int version = version(connection, location);
        if (version > 0 && version < LATEST && location instanceof StoreLocation.Database database) {
            throw StoreFailures.older(
                    database,
                    "was written by an earlier version of Countersign (store version " + version + ", this"
                            + " program needs " + LATEST + ")");
        }
        apply(connection, location);
    }

    /**
     * Runs the migrations that the store lacks.
     *
     * @return the version that the store had before; 0 for a store without tables
     * @throws StoreFailure if the store is of a newer version
     */
    static int apply(Connection connection, StoreLocation location) throws SQLException, StoreFailure {
        for (int attempt = 1; ; attempt++) {
            try {
                int before = version(connection, location);
                for (int next = before + 1; next <= LATEST; next++) {
                    run(connection, location, next);
                }
                // All at once: other hosts never see a version in between.
                connection.commit();
                return before;
            } catch (SQLException error) {
                connection.rollback();
                // Another host may have run the same migration at the same time.
                if (attempt == ATTEMPTS || location instanceof StoreLocation.File) {
                    throw error;
                }
            }
        }
    }

    private static void run(Connection connection, StoreLocation location, int number) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements(number, location)) {
                statement.execute(sql);
            }
            // A host that inserts the same number at the same time waits for this commit, and then fails.
            statement.execute("INSERT INTO version (n) VALUES (" + number + ")");
        }
    }

    /**
     * Refuses a store that this program cannot read.
     *
     * @throws StoreFailure if the store has no tables yet, or is of a newer version
     */
    static void check(Connection connection, StoreLocation location) throws SQLException, StoreFailure {
        if (version(connection, location) == 0) {
            throw new StoreFailure(
                    Reason.MISSING,
                    location,
                    "has no tables yet: the service creates them when it starts with trace.days above 0");
        }
    }

    private static int version(Connection connection, StoreLocation location) throws SQLException, StoreFailure {
        int version = 0;
        if (hasVersionTable(connection)) {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT max(n) FROM version")) {
                version = rows.next() ? rows.getInt(1) : 0;
            }
        }
        if (version > LATEST) {
            throw new StoreFailure(
                    Reason.NEWER,
                    location,
                    "was written by a newer version of Countersign (store version " + version + ", this program knows "
                            + LATEST + "): install that version again, or name another store");
        }
        return version;
    }

    private static boolean hasVersionTable(Connection connection) throws SQLException {
        try (ResultSet tables =
                connection.getMetaData().getTables(null, connection.getSchema(), "version", new String[] {"TABLE"})) {
            return tables.next();
        }
    }

    /** The statements of a migration, which end with a semicolon at the end of a line. */
    private static List<String> statements(int number, StoreLocation location) {
        String name = "migration-" + number + ".sql";
        try (InputStream in = Objects.requireNonNull(Migrations.class.getResourceAsStream(name), name)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    // Only INTEGER makes a key the row id of SQLite; in PostgreSQL it has 32 bits.
                    .replace("@row-id@", location instanceof StoreLocation.File ? "INTEGER" : "BIGINT")
                    // A partition is dropped at once, and rows that follow their key need no index of their own.
                    .replace(
                            "@by-day@",
                            location instanceof StoreLocation.File ? "WITHOUT ROWID" : "PARTITION BY RANGE (day)")
                    // Rows that are read in the order of their key.
                    .replace("@by-key@", location instanceof StoreLocation.File ? "WITHOUT ROWID" : "");
            return Stream.of(text.split(";\n", -1))
                    .map(String::strip)
                    .filter(sql -> !sql.isEmpty())
                    .toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(name, broken);
        }
    }
}
