package org.countersign.reports.collect;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.countersign.store.Store;

/**
 * Adds segments to the store, each in one transaction together with its number. A segment whose number is there already
 * changes nothing, so that any segment may be sent again.
 *
 * <p>If a disk is copied while its host counts, the copy makes a segment of the journal, and the original later makes one of all its
 * messages. Both have one number. The larger one is then added too, as a further part of the batch, so that no message is lost.
 * For one thread.
 */
final class BatchWriter {
    private static final String REGISTER = "INSERT INTO report_host (host_id, nonce, name, seen_at, through) VALUES"
            + " (?, ?, ?, ?, 0) ON CONFLICT (host_id) DO UPDATE SET nonce = excluded.nonce, name = excluded.name, seen_at"
            + " = excluded.seen_at";
    private static final String UPDATE_HOST =
            "UPDATE report_host SET through = ?, seen_at = ? WHERE host_id = ? AND nonce = ?";
    private static final String INSERT_BATCH = "INSERT INTO report_batch (host_id, seq, part, day, messages, at)"
            + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (host_id, seq, part) DO NOTHING";
    private static final String SELECT_BATCH =
            "SELECT messages FROM report_batch WHERE host_id = ? AND seq = ? AND part = ?";
    private static final String INSERT_TRAFFIC =
            "INSERT INTO report_traffic (day, hour, host_id, dmarc, verdict, rule, messages) VALUES (?, ?, ?, ?, ?, ?,"
                    + " ?) ON CONFLICT (day, hour, host_id, dmarc, verdict, rule) DO UPDATE SET messages ="
                    + " report_traffic.messages + excluded.messages";
    private static final String INSERT_LOST = "INSERT INTO report_lost (day, host_id, messages) VALUES (?, ?, ?)"
            + " ON CONFLICT (day, host_id) DO UPDATE SET messages = report_lost.messages + excluded.messages";

    private static final String INSERT_LATE = "INSERT INTO report_setting (name, content) SELECT ?, ? WHERE EXISTS"
            + " (SELECT 1 FROM report_setting WHERE name = ?) ON CONFLICT (name) DO UPDATE SET"
            + " content = CAST(CAST(report_setting.content AS BIGINT) + ? AS TEXT)";

    private static final Comparator<Segment.Traffic> TRAFFIC_ORDER = Comparator.comparingInt(Segment.Traffic::day)
            .thenComparingInt(Segment.Traffic::hour)
            .thenComparing(Segment.Traffic::dmarc)
            .thenComparing(Segment.Traffic::verdict)
            .thenComparing(Segment.Traffic::rule);

    private final Store store;
    private final RowWriter rows;
    private final Consumer<CollectStep> steps;

    BatchWriter(Store store, Consumer<CollectStep> steps) {
        this.store = store;
        this.rows = new RowWriter(store);
        this.steps = steps;
    }

    /** What became of a segment. */
    sealed interface Result {
        /** It was added. */
        record Added() implements Result {}

        /** It was added, although the store had another segment of its name with fewer messages. */
        record AddedToPart(long stored) implements Result {}

        /** A segment of its name with at least as many messages was in the store already; nothing was added. */
        record Duplicate(long stored) implements Result {}

        /** Another run of the program has taken the id of this host; nothing was added. */
        record NotOurs() implements Result {}
    }

    /**
     * Takes the id of the host for this run of the program.
     *
     * @param name the name of the host, for people
     */
    void register(HostIdentity host, String name, Instant now) throws SQLException {
        try (PreparedStatement insert = store.connection().prepareStatement(REGISTER)) {
            insert.setString(1, host.id());
            insert.setString(2, host.nonce());
            insert.setString(3, name);
            insert.setLong(4, now.getEpochSecond());
            insert.executeUpdate();
        }
        store.commit();
    }

    /** Whether the store has the id of this host, with whatever nonce. */
    boolean isRegistered(HostIdentity host) throws SQLException {
        try (PreparedStatement query =
                store.connection().prepareStatement("SELECT 1 FROM report_host WHERE host_id = ?")) {
            query.setString(1, host.id());
            try (ResultSet found = query.executeQuery()) {
                return found.next();
            }
        } finally {
            store.commit();
        }
    }

    /** Adds a segment. */
    Result write(Segment segment, HostIdentity host, Instant now) throws SQLException {
        for (int day : segment.rows().stream().map(CountedRow::day).distinct().toList()) {
            rows.prepareDay(day);
        }
        if (!updateHost(segment, host, now)) {
            store.rollback();
            return new Result.NotOurs();
        }
        steps.accept(CollectStep.HOST_UPDATED);
        Result result = insertBatch(segment, now);
        if (!(result instanceof Result.Duplicate)) {
            steps.accept(CollectStep.BATCH_NOTED);
            rows.write(segment.rows());
            insertTraffic(segment);
            insertLost(segment);
            countLate(segment, now);
            steps.accept(CollectStep.ROWS_WRITTEN);
        }
        store.commit();
        steps.accept(CollectStep.COMMITTED);
        return result;
    }

    /** Rows of a day whose reports are planned already come too late for them. */
    private void countLate(Segment segment, Instant now) throws SQLException {
        int today = Days.of(now.getEpochSecond());
        Map<Integer, Long> earlier = new TreeMap<>();
        for (CountedRow row : segment.rows()) {
            if (row.day() < today) {
                earlier.merge(row.day(), row.messages(), Long::sum);
            }
        }
        for (Map.Entry<Integer, Long> day : earlier.entrySet()) {
            try (PreparedStatement insert = store.connection().prepareStatement(INSERT_LATE)) {
                insert.setString(1, DayMark.LATE.of(day.getKey()));
                insert.setString(2, Long.toString(day.getValue()));
                insert.setString(3, DayMark.PLANNED.of(day.getKey()));
                insert.setLong(4, day.getValue());
                insert.executeUpdate();
            }
        }
    }

    private boolean updateHost(Segment segment, HostIdentity host, Instant now) throws SQLException {
        try (PreparedStatement update = store.connection().prepareStatement(UPDATE_HOST)) {
            update.setLong(1, segment.through());
            update.setLong(2, now.getEpochSecond());
            update.setString(3, host.id());
            update.setString(4, host.nonce());
            return update.executeUpdate() == 1;
        }
    }

    /** Notes the segment as the first part of its batch that the store does not have. */
    private Result insertBatch(Segment segment, Instant now) throws SQLException {
        long stored = 0;
        int part = 0;
        while (!insertBatch(segment, part, now)) {
            stored = Math.max(stored, storedMessages(segment, part));
            if (stored >= segment.messages()) {
                return new Result.Duplicate(stored);
            }
            part++;
        }
        return part == 0 ? new Result.Added() : new Result.AddedToPart(stored);
    }

    /** The number is that of the host that made the segment, which may have had another id then. */
    private boolean insertBatch(Segment segment, int part, Instant now) throws SQLException {
        try (PreparedStatement insert = store.connection().prepareStatement(INSERT_BATCH)) {
            insert.setString(1, segment.hostId());
            insert.setLong(2, segment.sequence());
            insert.setInt(3, part);
            insert.setInt(4, segment.day());
            insert.setLong(5, segment.messages());
            insert.setLong(6, now.getEpochSecond());
            return insert.executeUpdate() == 1;
        }
    }

    private long storedMessages(Segment segment, int part) throws SQLException {
        try (PreparedStatement query = store.connection().prepareStatement(SELECT_BATCH)) {
            query.setString(1, segment.hostId());
            query.setLong(2, segment.sequence());
            query.setInt(3, part);
            try (ResultSet found = query.executeQuery()) {
                return found.next() ? found.getLong(1) : 0;
            }
        }
    }

    private void insertTraffic(Segment segment) throws SQLException {
        List<Segment.Traffic> sorted =
                segment.traffic().keySet().stream().sorted(TRAFFIC_ORDER).toList();
        try (PreparedStatement insert = store.connection().prepareStatement(INSERT_TRAFFIC)) {
            for (Segment.Traffic traffic : sorted) {
                insert.setInt(1, traffic.day());
                insert.setInt(2, traffic.hour());
                insert.setString(3, segment.hostId());
                insert.setString(4, traffic.dmarc());
                insert.setString(5, traffic.verdict());
                insert.setString(6, traffic.rule());
                insert.setLong(7, segment.traffic().getOrDefault(traffic, 0L));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private void insertLost(Segment segment) throws SQLException {
        try (PreparedStatement insert = store.connection().prepareStatement(INSERT_LOST)) {
            for (Map.Entry<Integer, Long> lost : new TreeMap<>(segment.lost()).entrySet()) {
                insert.setInt(1, lost.getKey());
                insert.setString(2, segment.hostId());
                insert.setLong(3, lost.getValue());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}
