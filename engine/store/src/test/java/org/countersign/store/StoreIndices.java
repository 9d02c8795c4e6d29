package org.countersign.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.TreeSet;

/** The indices of a store, and the store of a build that lacked some of them. */
record StoreIndices(Store store) {
    /** The names of the indices of all tables, without those of primary keys. */
    Set<String> names() throws SQLException {
        String catalogue =
                store.connection().getMetaData().getDatabaseProductName().equals("SQLite")
                        ? "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
                        : "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexname NOT LIKE '%pkey'";
        Set<String> names = new TreeSet<>();
        try (Statement statement = store.connection().createStatement();
                ResultSet rows = statement.executeQuery(catalogue)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    /** Makes this a store of version 2 as a build between two releases left it: with one index of later ones, and one of its own. */
    void becomeVersion2() throws SQLException {
        try (Statement statement = store.connection().createStatement()) {
            statement.execute("DELETE FROM version WHERE n > 2");
            statement.execute("ALTER TABLE trace_message DROP COLUMN would_be");
            statement.execute("DROP INDEX report_out_domain");
            statement.execute("DROP INDEX report_out_why");
            statement.execute("DROP INDEX received_failure_got");
            statement.execute("CREATE INDEX report_out_day ON report_out (day, domain, kind, messages, report_id)");
        }
        store.commit();
    }
}
