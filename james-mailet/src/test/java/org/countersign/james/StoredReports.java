package org.countersign.james;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Statement;
import java.util.List;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.countersign.testing.StoreQueries;

/** What is in an SQLite file. */
record StoredReports(Path file) {
    /** The rows of a query, columns separated by spaces; none as long as the file does not exist. */
    List<String> rows(String query) throws Exception {
        if (!Files.exists(file)) {
            return List.of();
        }
        try (Store store = Store.openForReading(new StoreLocation.File(file))) {
            return StoreQueries.rows(store, query, " ");
        } catch (StoreFailure failure) {
            // James may be creating the tables.
            if (failure.reason() == StoreFailure.Reason.MISSING) {
                return List.of();
            }
            throw failure;
        }
    }

    /** The id, the sender's authentication and the reporter of each report. */
    List<String> received() throws Exception {
        return rows("SELECT report_id, auth, reporter FROM received_report ORDER BY report_id");
    }

    /** Writes to the store, which is created. */
    void write(String statement) throws Exception {
        try (Store store = Store.openForWriting(new StoreLocation.File(file));
                Statement write = store.connection().createStatement()) {
            write.executeUpdate(statement);
            store.commit();
        }
    }
}
