package org.countersign.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.countersign.service.FileFailure;
import org.countersign.service.HostFiles;
import org.countersign.store.StoreFailure.Reason;

/** Opens connections to PostgreSQL. All waits are bounded, so that a server that does not answer is noticed. */
final class PostgresqlDatabase {
    private static final String CONNECT_SECONDS = "10";
    // Longer than any statement of this program takes.
    private static final String SOCKET_SECONDS = "60";

    private PostgresqlDatabase() {}

    static Connection open(StoreLocation.Database database, boolean readOnly) throws StoreFailure {
        Properties properties = new Properties();
        database.user().ifPresent(user -> properties.setProperty("user", user));
        if (database.passwordFile().isPresent()) {
            properties.setProperty(
                    "password", password(database, database.passwordFile().get()));
        }
        properties.setProperty("ApplicationName", "countersign");
        properties.setProperty("connectTimeout", CONNECT_SECONDS);
        properties.setProperty("loginTimeout", CONNECT_SECONDS);
        properties.setProperty("socketTimeout", SOCKET_SECONDS);
        properties.setProperty("tcpKeepAlive", "true");
        // By default the driver refuses only what is written in a transaction.
        properties.setProperty("readOnlyMode", "always");
        try {
            Connection connection = DriverManager.getConnection(database.url(), properties);
            connection.setReadOnly(readOnly);
            return connection;
        } catch (SQLException error) {
            throw StoreFailures.of(error, database);
        }
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
