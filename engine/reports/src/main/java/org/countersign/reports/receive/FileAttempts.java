package org.countersign.reports.receive;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.store.Store;

/**
 * How often a file, or a message of an mbox file, was begun by a process that ended before it had read it. An attempt is noted in
 * the store before it is made. Otherwise each later process would read such a file first, and those behind it never.
 */
final class FileAttempts {
    /** After so many attempts a file is left aside, unless the heap is larger than it was. */
    static final int MAX = 3;

    private static final String PREFIX = "file attempts ";
    private static final long KEPT_SECONDS = Duration.ofDays(30).toSeconds();

    private final Map<String, Attempts> known = new HashMap<>();
    private final long heap;

    /** @param heap the maximum size of the heap of this process in octets */
    FileAttempts(long heap) {
        this.heap = heap;
    }

    /**
     * What is noted.
     *
     * @param heap the maximum size of the heap of the last process in octets
     * @param second when it began, in seconds since 1970-01-01
     */
    private record Attempts(int number, long heap, long second) {
        static Optional<Attempts> parse(String text) {
            List<String> words = List.of(text.split(" ", -1));
            try {
                return words.size() == 3
                        ? Optional.of(new Attempts(
                                Integer.parseInt(words.get(0)),
                                Long.parseLong(words.get(1)),
                                Long.parseLong(words.get(2))))
                        : Optional.empty();
            } catch (NumberFormatException damaged) {
                return Optional.empty();
            }
        }

        String text() {
            return number + " " + heap + " " + second;
        }
    }

    /** Reads what earlier processes have begun and not ended, and forgets what is old. The caller commits. */
    void load(Store store, long now) throws SQLException {
        known.clear();
        try (PreparedStatement select =
                store.connection().prepareStatement("SELECT name, content FROM report_setting WHERE name LIKE ?")) {
            select.setString(1, PREFIX + "%");
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    String name = String.valueOf(rows.getString(1)).substring(PREFIX.length());
                    Attempts.parse(String.valueOf(rows.getString(2))).ifPresent(found -> known.put(name, found));
                }
            }
        }
        for (Map.Entry<String, Attempts> each : Map.copyOf(known).entrySet()) {
            if (each.getValue().second() < now - KEPT_SECONDS) {
                end(store, each.getKey());
                known.remove(each.getKey());
            }
        }
    }

    /**
     * How often something was begun and not ended. With a larger heap than that of the last attempt, none counts.
     *
     * @param name its name as in {@link #begin}
     */
    int number(String name) {
        Attempts found = known.get(name);
        return found == null || heap > found.heap() ? 0 : found.number();
    }

    /** Whether a file, or a message in it, was begun and not ended. */
    boolean hasBegun(String file) {
        return known.keySet().stream().anyMatch(name -> name.startsWith(file));
    }

    /** Notes one more attempt. The caller commits. */
    void begin(Store store, String name, long now) throws SQLException {
        try (PreparedStatement insert = store.connection()
                .prepareStatement("INSERT INTO report_setting (name, content) VALUES (?, ?)"
                        + " ON CONFLICT (name) DO UPDATE SET content = excluded.content")) {
            insert.setString(1, PREFIX + name);
            insert.setString(2, new Attempts(number(name) + 1, heap, now).text());
            insert.executeUpdate();
        }
    }

    /** Notes that something was read. The caller commits. */
    void end(Store store, String name) throws SQLException {
        try (PreparedStatement delete =
                store.connection().prepareStatement("DELETE FROM report_setting WHERE name = ?")) {
            delete.setString(1, PREFIX + name);
            delete.executeUpdate();
        }
    }
}
