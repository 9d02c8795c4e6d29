package org.countersign.testing;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.countersign.store.Store;

/** Rows and numbers in a store, for assertions. The transaction stays open. */
public final class StoreQueries {
    private StoreQueries() {}

    /** The first column of the only row. */
    public static long number(Store store, String query) throws SQLException {
        try (Statement statement = store.connection().createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            if (!rows.next()) {
                throw new AssertionError("no row: " + query);
            }
            return rows.getLong(1);
        }
    }

    /** The columns of each row, with a separator between them. */
    public static List<String> rows(Store store, String query, String separator) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Statement statement = store.connection().createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            int last = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                StringJoiner columns = new StringJoiner(separator);
                for (int column = 1; column <= last; column++) {
                    columns.add(rows.getString(column));
                }
                found.add(columns.toString());
            }
        }
        return found;
    }

    /** The last column of each row, by the columns before it with blanks between them. */
    public static Map<String, Long> numbers(Store store, String query) throws SQLException {
        Map<String, Long> numbers = new TreeMap<>();
        try (Statement statement = store.connection().createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            int last = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                StringJoiner key = new StringJoiner(" ");
                for (int column = 1; column < last; column++) {
                    key.add(rows.getString(column));
                }
                numbers.put(key.toString(), rows.getLong(last));
            }
        }
        return numbers;
    }
}
