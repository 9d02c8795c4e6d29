package org.countersign.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import org.countersign.service.FileFailure;
import org.countersign.service.HostFiles;
import org.countersign.store.StoreFailure.Reason;

/** Opens connections to PostgreSQL. All waits are bounded, so that a server that does not answer is noticed. */
final class PostgresqlDatabase {
    private static final String DRIVER = "org.postgresql.Driver";
    private static final String APPLICATION = "countersign";
    private static final String CONNECT_SECONDS = "10";
    // Longer than any statement takes, but for those over a whole day.
    private static final String SOCKET_SECONDS = "60";

    private static final int LONG_MILLIS = 3_600_000;

    private PostgresqlDatabase() {}

    static Connection open(StoreLocation.Database database, boolean readOnly) throws StoreFailure {
        Properties properties = new Properties();
        database.user().ifPresent(user -> properties.setProperty("user", user));
        if (database.passwordFile().isPresent()) {
            properties.setProperty(
                    "password", password(database, database.passwordFile().get()));
        }
        properties.setProperty("ApplicationName", APPLICATION);
        properties.setProperty("connectTimeout", CONNECT_SECONDS);
        properties.setProperty("loginTimeout", CONNECT_SECONDS);
        properties.setProperty("socketTimeout", SOCKET_SECONDS);
        properties.setProperty("tcpKeepAlive", "true");
        // By default the driver refuses only what is written in a transaction.
        properties.setProperty("readOnlyMode", "always");
        // Of several servers in the URL, only the primary can be written to. After a failover that is another one.
        if (!readOnly && database.toString().contains(",")) {
            properties.setProperty("targetServerType", "primary");
        }
        try {
            Connection connection = Optional.ofNullable(driver().connect(database.url(), properties))
                    .orElseThrow(() -> new SQLException("the driver does not know a URL of this form"));
            connection.setReadOnly(readOnly);
            return connection;
        } catch (SQLException error) {
            throw StoreFailures.of(error, database);
        }
    }

    /** Without the DriverManager, which sees no driver in the class loader of a mail server's extensions. */
    private static Driver driver() throws SQLException {
        try {
            return Class.forName(DRIVER)
                    .asSubclass(Driver.class)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException missing) {
            throw new SQLException("the JDBC driver of PostgreSQL is missing: " + missing, missing);
        }
    }

    /** Measured: 5 minutes for a day of 28 million rows, on a busy machine. */
    static void allowLongStatements(Connection connection) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, LONG_MILLIS);
    }

    /** Ends the connections of this program's other processes, so that they find the new version when they reconnect. */
    static void endOtherConnections(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Only those of the same user: for others this user may lack the permission.
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '"
                    + APPLICATION + "' AND datname = current_database() AND usename = current_user"
                    + " AND pid <> pg_backend_pid()");
        }
        connection.commit();
    }

    private static String password(StoreLocation.Database database, Path file) throws StoreFailure {
        try {
            return HostFiles.readSecret(file, "store.password-file: " + file)
                    .latin1()
                    .strip();
        } catch (FileFailure failure) {
            throw new StoreFailure(
                    Reason.FORBIDDEN, database, "cannot be used: " + String.join("; ", failure.lines()), failure);
        }
    }
}
