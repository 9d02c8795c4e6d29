package org.countersign.reports.view;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.countersign.reports.source.NamedSources;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;

/** Runs queries. Values are parameters, never part of the SQL text, and no query has all its rows in memory. */
final class Rows {
    private static final int FETCHED_AT_ONCE = 1_000;

    private final Store store;

    Rows(Store store) {
        this.store = store;
    }

    /** Makes a value of a row. */
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Takes a row. */
    interface RowConsumer {
        void accept(ResultSet row) throws SQLException;
    }

    /** All rows of a query. */
    <T> List<T> list(String sql, List<?> values, RowReader<T> reader) throws StoreFailure {
        List<T> list = new ArrayList<>();
        each(sql, values, row -> list.add(reader.read(row)));
        return list;
    }

    /** The first number of the first row; 0 without a row. */
    long number(String sql, Object... values) throws StoreFailure {
        List<Long> numbers = list(sql, List.of(values), row -> row.getLong(1));
        return numbers.isEmpty() ? 0 : numbers.getFirst();
    }

    /** Passes each row of a query to a consumer. */
    void each(String sql, List<?> values, RowConsumer consumer) throws StoreFailure {
        try (PreparedStatement select = store.connection().prepareStatement(sql)) {
            select.setFetchSize(FETCHED_AT_ONCE);
            for (int i = 0; i < values.size(); i++) {
                select.setObject(i + 1, values.get(i));
            }
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    consumer.accept(rows);
                }
            }
        } catch (SQLException error) {
            throw store.failure(error);
        }
    }

    /** The sources of a domain that a person gave a name. */
    List<NamedSources.NamedSource> namedSources(String domain) throws StoreFailure {
        return NamedSources.read(store, domain);
    }

    /** Places of parameters, separated by commas. */
    static String places(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }

    /** A text of a row. Columns of texts are never NULL unless the table says so. */
    static String text(ResultSet row, int column) throws SQLException {
        String text = row.getString(column);
        return text == null ? "" : text;
    }
}
