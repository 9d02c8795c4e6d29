package org.countersign.systemd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.countersign.ops.system.SendResult;
import org.countersign.ops.system.UnixDatagramSender;

/** Does inside the unit of the service what its store and its logs do: uses SQLite, syslog and the journal. */
final class SandboxProgram {
    static final String TO_SYSLOG = "sandbox to syslog";
    static final String TO_JOURNAL = "sandbox to the journal";

    private SandboxProgram() {}

    /**
     * @param arguments the file of the store
     */
    public static void main(String[] arguments) throws SQLException, IOException {
        useStore(arguments[0]);
        send("/dev/log", "<22>countersign: " + TO_SYSLOG);
        send("/run/systemd/journal/socket", "PRIORITY=6\nMESSAGE=" + TO_JOURNAL + "\n");
    }

    private static void useStore(String file) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("CREATE TABLE IF NOT EXISTS sandbox(n INTEGER)");
            statement.execute("INSERT INTO sandbox VALUES(7)");
            try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM sandbox")) {
                if (!rows.next() || rows.getInt(1) < 1) {
                    throw new SQLException("the store has lost a row");
                }
            }
        }
    }

    private static void send(String socket, String message) throws IOException {
        try (UnixDatagramSender sender = UnixDatagramSender.to(socket)) {
            SendResult result = sender.send(message.getBytes(StandardCharsets.UTF_8));
            if (!(result instanceof SendResult.Sent)) {
                throw new IOException(socket + ": " + result);
            }
        }
    }
}
