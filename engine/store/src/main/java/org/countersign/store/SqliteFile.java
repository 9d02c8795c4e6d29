package org.countersign.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.countersign.service.FileAccess;
import org.countersign.store.StoreFailure.Reason;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.SQLiteOpenMode;

/**
 * Opens SQLite files. The journal is a write-ahead log (WAL), so that readers and the one writer do not wait for each
 * other.
 */
final class SqliteFile {
    private static final int BUSY_TIMEOUT_MILLIS = 5_000;
    private static final int MAX_WAL = 16 << 20;
    private static final String MODE = "rw-r-----";

    private SqliteFile() {}

    static Connection openForWriting(StoreLocation.File file) throws StoreFailure {
        create(file);
        loadLibrary(file);
        try {
            Connection connection = config().createConnection("jdbc:sqlite:" + uri(file.path(), "mode=rw"));
            try (Statement statement = connection.createStatement()) {
                // Takes effect in a file without tables.
                statement.execute("PRAGMA auto_vacuum = INCREMENTAL");
                statement.execute("PRAGMA journal_mode = WAL");
                // A commit outlives the process, and power loss cannot damage the file. It may undo the last
                // commits, which a trace can bear. With FULL each commit would wait for the disk.
                statement.execute("PRAGMA synchronous = NORMAL");
                statement.execute("PRAGMA journal_size_limit = " + MAX_WAL);
            } catch (SQLException error) {
                connection.close();
                throw error;
            }
            return connection;
        } catch (SQLException error) {
            throw StoreFailures.of(error, file);
        }
    }

    /** Creates an empty file, which SQLite takes for a new database. Its log and its index get the same mode and owner. */
    private static void create(StoreLocation.File file) throws StoreFailure {
        Path path = file.path().toAbsolutePath();
        Path directory = path.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new StoreFailure(
                    Reason.MISSING,
                    file,
                    "lies in a directory that does not exist: create it, owned by the user of the service (install -d -o"
                            + " countersign -g countersign -m 0750 " + directory + ")");
        }
        refuseSpecial(file);
        try {
            Files.createFile(path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(MODE));
            FileAccess.inheritOwner(path);
        } catch (FileAlreadyExistsException usual) {
            // It was created when the service first ran.
        } catch (AccessDeniedException denied) {
            throw StoreFailures.forbidden(file, denied);
        } catch (IOException error) {
            throw new StoreFailure(
                    Reason.UNAVAILABLE, file, "cannot be created: " + error.getMessage() + ": check its disk", error);
        }
    }

    /**
     * Opens without creating files. Reading with the write-ahead log creates its index if that is missing, and the index
     * could then belong to a user who is not that of the service. So the log is only used if it exists. Without it nobody
     * writes, and the file itself is complete.
     */
    static Connection openForReading(StoreLocation.File file) throws StoreFailure {
        Path path = file.path();
        if (Files.notExists(path)) {
            throw new StoreFailure(
                    Reason.MISSING,
                    file,
                    "does not exist: the service creates it when it traces messages, or counts mail for reports");
        }
        refuseSpecial(file);
        if (!Files.isReadable(path)) {
            throw StoreFailures.forbidden(file, new AccessDeniedException(path.toString()));
        }
        loadLibrary(file);
        boolean log = Files.exists(path.resolveSibling(path.getFileName() + "-wal"));
        SQLiteConfig config = config();
        config.setReadOnly(true);
        try {
            return config.createConnection("jdbc:sqlite:" + uri(path, log ? "mode=ro" : "mode=ro&immutable=1"));
        } catch (SQLException error) {
            throw StoreFailures.of(error, file);
        }
    }

    /** SQLite would wait for ever for the other end of a named pipe. */
    private static void refuseSpecial(StoreLocation.File file) throws StoreFailure {
        if (Files.isDirectory(file.path())) {
            throw new StoreFailure(Reason.MISSING, file, "is a directory: name a file in it");
        }
        if (Files.exists(file.path()) && !Files.isRegularFile(file.path())) {
            throw new StoreFailure(
                    Reason.DAMAGED, file, "is a named pipe, a socket or a device: move it away, or name another file");
        }
    }

    /** The library of SQLite is unpacked to the temporary folder, which may be full or mounted with noexec. */
    private static void loadLibrary(StoreLocation.File file) throws StoreFailure {
        try {
            SQLiteJDBCLoader.initialize();
        } catch (Exception | LinkageError error) {
            throw new StoreFailure(
                    Reason.UNAVAILABLE,
                    file,
                    "cannot be opened, because the library of SQLite cannot be loaded from "
                            + System.getProperty("org.sqlite.tmpdir", System.getProperty("java.io.tmpdir"))
                            + " (" + error
                            + "): name a folder that the user of the service can write to, not mounted with noexec, in"
                            + " COUNTERSIGN_JAVA_OPTS=-Dorg.sqlite.tmpdir=FOLDER",
                    error);
        }
    }

    private static SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        config.setOpenMode(SQLiteOpenMode.OPEN_URI);
        return config;
    }

    /** The name of a file as SQLite reads it (RFC 3986), so that a question mark in it is no parameter. */
    private static String uri(Path path, String parameters) {
        return "file:" + path.toUri().getRawPath() + "?" + parameters;
    }

    static long number(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }
}
