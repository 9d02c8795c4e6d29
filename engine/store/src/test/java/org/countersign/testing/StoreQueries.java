package org.countersign.testing;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.countersign.store.Store;

/** Numbers in a store, for assertions. The transaction stays open. */
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
