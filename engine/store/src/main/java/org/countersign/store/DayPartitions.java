package org.countersign.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The partitions of a PostgreSQL table that is partitioned by the column {@code day}, one for each day. A whole day is
 * removed at once by dropping its partition. An SQLite file has no partitions: there all methods do nothing. For the
 * thread of the store.
 *
 * <p>Several hosts may call the methods at the same time.
 */
public final class DayPartitions {
    // The names of tables and types are unique; so of two hosts that create one at the same time, one fails.
    private static final Set<String> CREATED_MEANWHILE = Set.of("42P07", "42710", "23505");
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final int ATTEMPTS = 5;
    // Free room in each page, so that a row is counted up within its page and its index entry stays as it is.
    private static final int FILL_PERCENT = 90;
    private static final String MAX_LOCK_WAIT = "2s";

    private final Store store;
    private final String table;
    private final Set<Integer> present = new HashSet<>();

    /**
     * @param table the name of the partitioned table, from this program
     */
    public DayPartitions(Store store, String table) {
        this.store = store;
        this.table = table;
    }

    /**
     * Creates the partition of a day and of the day after it, if they are missing. Call it between transactions: it
     * commits.
     *
     * @param day days since 1970-01-01
     */
    public void prepare(int day) throws SQLException {
        if (!store.isFile()) {
            create(day);
            // In advance, so that at midnight the first segment of each host finds it.
            create(day + 1);
        }
    }

    private void create(int day) throws SQLException {
        for (int attempt = 1; !present.contains(day); attempt++) {
            try {
                if (!days().contains(day)) {
                    createAndAttach(day);
                }
                store.commit();
                present.add(day);
            } catch (SQLException error) {
                store.rollback();
                if (attempt == ATTEMPTS || !CREATED_MEANWHILE.contains(error.getSQLState())) {
                    throw error;
                }
            }
        }
    }

    /** Attaching a table does not wait for the transactions of other hosts, which CREATE TABLE ... PARTITION OF does. */
    private void createAndAttach(int day) throws SQLException {
        try (Statement statement = store.connection().createStatement()) {
            statement.execute("CREATE TABLE " + name(day) + " (LIKE " + table + " INCLUDING ALL) WITH (fillfactor = "
                    + FILL_PERCENT + ")");
            statement.execute("ALTER TABLE " + table + " ATTACH PARTITION " + name(day) + " FOR VALUES FROM (" + day
                    + ") TO (" + (day + 1) + ")");
        }
    }

    /**
     * Drops the partitions of old days. Call it between transactions: it commits. A partition that somebody reads for
     * long is left for the next call, because the hosts that write would have to wait too.
     *
     * @param day the first day that is kept
     * @return the days that were dropped
     */
    public List<Integer> dropBefore(int day) throws SQLException {
        List<Integer> dropped = new ArrayList<>();
        if (store.isFile()) {
            return dropped;
        }
        List<Integer> old = days().stream().filter(each -> each < day).sorted().toList();
        store.commit();
        for (int each : old) {
            try (Statement statement = store.connection().createStatement()) {
                statement.execute("SET LOCAL lock_timeout = '" + MAX_LOCK_WAIT + "'");
                statement.execute("DROP TABLE IF EXISTS " + name(each));
                store.commit();
                present.remove(each);
                dropped.add(each);
            } catch (SQLException error) {
                store.rollback();
                if (!LOCK_NOT_AVAILABLE.equals(error.getSQLState())) {
                    throw error;
                }
                return dropped;
            }
        }
        return dropped;
    }

    /** The days that have a partition. */
    private Set<Integer> days() throws SQLException {
        Connection connection = store.connection();
        String prefix = table + "_";
        Set<Integer> days = new HashSet<>();
        try (PreparedStatement query =
                connection.prepareStatement("SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
                        + " WHERE i.inhparent = to_regclass(?)")) {
            query.setString(1, table);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    String name = rows.getString(1);
                    String number = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
                    // An administrator may have attached partitions with other names: they are left alone.
                    if (!number.isEmpty()
                            && number.length() < 9
                            && number.chars().allMatch(Character::isDigit)) {
                        days.add(Integer.parseInt(number));
                    }
                }
            }
        }
        return days;
    }

    private String name(int day) {
        return table + "_" + day;
    }
}
