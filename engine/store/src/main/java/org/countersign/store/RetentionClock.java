package org.countersign.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The time by which something in a store is too old: that of the host's clock, as far as it is believed. A jump ahead of more than a day
 * is believed when the clock has gone on for a day after it. So a host that starts with a clock years ahead, and gets the time from the
 * network an hour later, removes nothing that is still wanted. A host that was off for weeks removes what is old a day later.
 *
 * <p>What is believed is in the store, because some processes only live for one message. For one open store.
 */
public final class RetentionClock {
    /** By how much a clock may go ahead, and for how long it must go on if it went ahead by more. */
    static final Duration DOUBT = Duration.ofDays(1);

    private static final String NAME = "retention-time";
    private static final Pattern BLANK = Pattern.compile(" ");
    // A doubt that is older than this is about another jump.
    private static final long MAX_DOUBT = Duration.ofDays(30).toSeconds();
    // The time in the store is so much behind at most: one write in an hour is enough for it.
    private static final long WRITE_INTERVAL = Duration.ofHours(1).toSeconds();

    private final Store store;

    public RetentionClock(Store store) {
        this.store = store;
    }

    /**
     * What is in the store, in seconds since 1970.
     *
     * @param believed the last time that was believed
     * @param doubted when the clock showed for the first time what is not believed; 0 if it is believed
     */
    private record Mark(long believed, long doubted) {}

    /**
     * The time by which something is too old. The caller commits.
     *
     * @param now the time of the host's clock
     * @return it, or an earlier time while it is in doubt
     */
    public Instant time(Instant now) throws SQLException {
        takeRightToWrite();
        long second = now.getEpochSecond();
        Optional<Mark> known = read();
        if (known.isEmpty() || isBelieved(second, known.get())) {
            if (known.filter(mark -> mark.doubted() == 0 && Math.abs(second - mark.believed()) < WRITE_INTERVAL)
                    .isEmpty()) {
                write(new Mark(second, 0));
            }
            return now;
        }
        Mark mark = known.get();
        if (second < mark.doubted() || second > mark.doubted() + MAX_DOUBT) {
            write(new Mark(mark.believed(), second));
        }
        return Instant.ofEpochSecond(mark.believed());
    }

    private static boolean isBelieved(long second, Mark mark) {
        return second <= mark.believed() + DOUBT.toSeconds()
                || (mark.doubted() > 0
                        && second >= mark.doubted() + DOUBT.toSeconds()
                        && second <= mark.doubted() + MAX_DOUBT);
    }

    /** SQLite does not let a transaction write that has read what another process then changed. */
    private void takeRightToWrite() throws SQLException {
        try (PreparedStatement none =
                store.connection().prepareStatement("DELETE FROM report_setting WHERE name = ''")) {
            none.executeUpdate();
        }
    }

    private Optional<Mark> read() throws SQLException {
        try (PreparedStatement query =
                store.connection().prepareStatement("SELECT content FROM report_setting WHERE name = ?")) {
            query.setString(1, NAME);
            try (ResultSet rows = query.executeQuery()) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                List<String> numbers = BLANK.splitAsStream(rows.getString(1)).toList();
                return Optional.of(new Mark(Long.parseLong(numbers.getFirst()), Long.parseLong(numbers.getLast())));
            }
        }
    }

    private void write(Mark mark) throws SQLException {
        try (PreparedStatement insert = store.connection()
                .prepareStatement("INSERT INTO report_setting (name, content) VALUES (?, ?)"
                        + " ON CONFLICT (name) DO UPDATE SET content = excluded.content")) {
            insert.setString(1, NAME);
            insert.setString(2, mark.believed() + " " + mark.doubted());
            insert.executeUpdate();
        }
    }
}
