package org.countersign.store;

import java.net.UnknownHostException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Stream;
import org.countersign.service.FileAccess;
import org.countersign.store.StoreFailure.Reason;
import org.countersign.syntax.Escapes;
import org.sqlite.SQLiteErrorCode;

/** Turns errors of the two databases into failures with a reason and a remedy. */
final class StoreFailures {
    private static final int MAX_SHOWN = 300;

    private StoreFailures() {}

    static StoreFailure of(SQLException error, StoreLocation location) {
        return switch (location) {
            case StoreLocation.File file -> sqlite(error, file);
            case StoreLocation.Database database -> postgresql(error, database);
        };
    }

    private static StoreFailure sqlite(SQLException error, StoreLocation.File file) {
        // The low octet is the kind of error (https://www.sqlite.org/rescode.html).
        SQLiteErrorCode code = SQLiteErrorCode.getErrorCode(error.getErrorCode() & 0xFF);
        Path path = file.path();
        return switch (code) {
            case SQLITE_CORRUPT, SQLITE_NOTADB ->
                new StoreFailure(
                        Reason.DAMAGED,
                        file,
                        (code == SQLiteErrorCode.SQLITE_NOTADB ? "is not an SQLite file" : "is damaged")
                                + ": move it away (mv " + path + " " + path
                                + ".damaged); the service then creates a new"
                                + " one",
                        error);
            case SQLITE_FULL ->
                new StoreFailure(
                        Reason.FULL, file, "cannot grow, because its disk is full: make room on the disk", error);
            case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH, SQLITE_CANTOPEN -> forbidden(file, error);
            case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL ->
                new StoreFailure(
                        Reason.UNAVAILABLE, file, "is locked by another program: find it with fuser " + path, error);
            case SQLITE_IOERR ->
                new StoreFailure(
                        Reason.UNAVAILABLE,
                        file,
                        "cannot be read or written: " + text(error) + ": check its disk",
                        error);
            default -> new StoreFailure(Reason.REFUSED, file, "refused a statement: " + text(error), error);
        };
    }

    static StoreFailure forbidden(StoreLocation.File file, Exception error) {
        return new StoreFailure(
                Reason.FORBIDDEN,
                file,
                "may not be opened: "
                        + refusal(file.path())
                                .orElseGet(() -> "check that the user " + System.getProperty("user.name")
                                        + " may write to the file and to its directory"),
                error);
    }

    /** The first file that this user may not write to. A command that root ran may have left one of the two others. */
    private static Optional<String> refusal(Path file) {
        return Stream.of("", "-wal", "-shm")
                .map(suffix -> file.resolveSibling(file.getFileName() + suffix))
                .flatMap(each -> FileAccess.writeRefusal(each).stream())
                .findFirst();
    }

    /** By the classes of PostgreSQL's error codes (appendix A of its manual). */
    private static StoreFailure postgresql(SQLException error, StoreLocation.Database database) {
        String state = String.valueOf(error.getSQLState());
        if (state.startsWith("28")) {
            return new StoreFailure(
                    Reason.FORBIDDEN,
                    database,
                    "refuses this user: " + text(error) + ": check store.user, store.password-file and pg_hba.conf",
                    error);
        }
        if (state.equals("42501")) {
            return new StoreFailure(
                    Reason.FORBIDDEN,
                    database,
                    "allows this user too little: " + text(error) + ": make the user the owner of the database",
                    error);
        }
        if (state.equals("3D000")) {
            return new StoreFailure(Reason.MISSING, database, "does not exist: create it with createdb", error);
        }
        if (state.equals("42P01")) {
            return older(database, "lacks a table of this version: " + text(error));
        }
        if (state.equals("25006")) {
            return new StoreFailure(
                    Reason.UNAVAILABLE,
                    database,
                    "can only be read: " + text(error)
                            + ": if it is a standby, name the primary server in store.url, or"
                            + " all servers (jdbc:postgresql://HOST,HOST/DATABASE), of which the primary is taken",
                    error);
        }
        return switch (state.substring(0, Math.min(2, state.length()))) {
            // Insufficient resources: the disk, memory, connections.
            case "53" ->
                new StoreFailure(
                        Reason.FULL, database, "has no room: " + text(error) + ": see the log of the server", error);
            // Another transaction had to go first, or held a lock for too long.
            case "40", "55" ->
                new StoreFailure(
                        Reason.UNAVAILABLE,
                        database,
                        "ended a transaction because of another one: " + text(error) + ": it will be repeated",
                        error);
            // The connection broke, the server stops or restarts, or an administrator ended the statement.
            case "08", "57" ->
                new StoreFailure(
                        Reason.UNAVAILABLE,
                        database,
                        "does not answer: " + text(error) + ": check that the server runs and store.url is right",
                        error);
            // An error of the server's system, such as its disk.
            case "58" ->
                new StoreFailure(
                        Reason.UNAVAILABLE, database, "failed: " + text(error) + ": see the log of the server", error);
            default -> new StoreFailure(Reason.REFUSED, database, "refused a statement: " + text(error), error);
        };
    }

    /** The store of an earlier version. */
    static StoreFailure older(StoreLocation.Database database, String problem) {
        return new StoreFailure(
                Reason.OLDER,
                database,
                problem + ": install this version on all hosts, then run \"countersign store migrate\" on one of them");
    }

    /** The message of the driver, which keeps to itself that a host is unknown. */
    private static String text(SQLException error) {
        String message = error.getCause() instanceof UnknownHostException unknown
                ? "the host " + unknown.getMessage() + " is not known"
                : String.valueOf(error.getMessage());
        return Escapes.printable(
                message.endsWith(".") ? message.substring(0, message.length() - 1) : message, MAX_SHOWN);
    }
}
