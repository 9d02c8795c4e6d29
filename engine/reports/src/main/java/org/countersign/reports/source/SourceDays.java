package org.countersign.reports.source;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.domain.DomainName;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;

/**
 * Makes the sums of a day that views read: from the reports of that day, and from what this system saw of our own domains.
 * The sums of a day are always made as a whole, so that late and replaced reports count exactly once. For one thread.
 */
public final class SourceDays {
    /** What this system saw is summed up for this many days; later, its rows may have been removed. */
    static final int SEEN_DAYS = 3;

    static final long DAY_SECONDS = 86_400;

    private static final int UPDATED_DAYS = 30;
    private static final int MAX_UPDATED = 1_000;
    private static final long SEEN_SECONDS = 3_600;
    // A name whose time is over is looked up again if its address is seen again, and else is of no use.
    private static final long NAME_SECONDS = 30 * DAY_SECONDS;

    private final Store store;
    private final OwnDomains own;
    private final SourceNaming naming;
    private final InstantSource clock;

    /**
     * @param store open for writing; each day is one transaction
     * @param own mail from their networks is ours
     */
    public SourceDays(Store store, OwnDomains own, MailServices services, InstantSource clock) {
        this.store = store;
        this.own = own;
        this.naming = new SourceNaming(own, services, PublicSuffixList.bundled());
        this.clock = clock;
    }

    /**
     * Makes the sums of a day. Call it after reports about this day were committed. It can be repeated at any time.
     *
     * @param domain the policy domain of the reports
     * @param day days since 1970 of the middle of their periods
     */
    public void rebuild(DomainName domain, long day) throws StoreFailure {
        try {
            mark(domain, day);
            DaySums sums = new DaySums(domain, own, naming);
            boolean recent = day > today() - SEEN_DAYS;
            if (recent) {
                readSeen(sums, domain, day);
            }
            boolean seen = recent ? !sums.sums().isEmpty() : hasSeen(domain, day);
            readReports(sums, domain, day, seen);
            String replaced = recent ? "" : " AND origin <> 's'";
            delete("report_source_day", replaced, domain, day);
            delete("report_source_fact", replaced, domain, day);
            insertSums(sums, domain, day);
            insertFacts(sums, domain, day);
            store.commit();
        } catch (SQLException error) {
            store.rollback();
            throw store.failure(error);
        }
    }

    /**
     * Makes the sums that are older than their reports, and at most once an hour those of what this system saw. Call it
     * every minute or so.
     *
     * @param keep for how long the sums of a day are kept; none are made of days before
     * @return how many days were made
     */
    public int update(Duration keep) throws StoreFailure {
        try {
            Set<DomainDay> stale = staleReports(firstKept(keep));
            stale.addAll(staleSeen());
            store.commit();
            for (DomainDay day : stale) {
                rebuild(day.domain(), day.day());
            }
            return stale.size();
        } catch (SQLException error) {
            store.rollback();
            throw store.failure(error);
        }
    }

    /** A domain on one day. */
    record DomainDay(DomainName domain, long day) {}

    /** A report may be committed a while after its instant. */
    private static final long COMMIT_SECONDS = 120;

    private Set<DomainDay> staleReports(long first) throws SQLException {
        Map<DomainDay, Long> reported = new LinkedHashMap<>();
        try (PreparedStatement select = store.connection()
                .prepareStatement("SELECT r.domain, (r.begin_at + r.end_at) / 172800, max(r.got_at)"
                        + " FROM received_report r WHERE r.got_at >= ? GROUP BY 1, 2")) {
            select.setLong(1, clock.instant().getEpochSecond() - UPDATED_DAYS * DAY_SECONDS);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    long day = row.getLong(2);
                    long gotAt = row.getLong(3);
                    DomainName.parse(row.getString(1))
                            .filter(domain -> day >= first)
                            .ifPresent(domain -> reported.put(new DomainDay(domain, day), gotAt + COMMIT_SECONDS));
                }
            }
        }
        return stale(reported);
    }

    /**
     * The days whose sums must be made again, not too many at a time.
     *
     * @param days each with the instant, in seconds, after which its sums must have been made
     */
    private Set<DomainDay> stale(Map<DomainDay, Long> days) throws SQLException {
        Set<DomainDay> stale = new LinkedHashSet<>();
        for (Map.Entry<DomainDay, Long> day : days.entrySet()) {
            if (stale.size() < MAX_UPDATED && isOlder(day.getKey(), day.getValue())) {
                stale.add(day.getKey());
            }
        }
        return stale;
    }

    private Set<DomainDay> staleSeen() throws SQLException {
        Map<DomainDay, Long> days = new LinkedHashMap<>();
        long before = clock.instant().getEpochSecond() - SEEN_SECONDS;
        // Millions on a large site.
        try (PreparedStatement select = streaming("SELECT DISTINCT domain FROM report_policy");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                DomainName.parse(row.getString(1)).filter(own::contains).ifPresent(domain -> {
                    for (long day = today() - 1; day <= today(); day++) {
                        days.put(new DomainDay(domain, day), before);
                    }
                });
            }
        }
        return stale(days);
    }

    private boolean isOlder(DomainDay day, long second) throws SQLException {
        try (PreparedStatement select = store.connection()
                .prepareStatement("SELECT built_at FROM report_source_built WHERE domain = ? AND day = ?")) {
            select.setString(1, day.domain().toString());
            select.setLong(2, day.day());
            try (ResultSet row = select.executeQuery()) {
                return !row.next() || row.getLong(1) <= second;
            }
        }
    }

    /**
     * Removes sums, facts and names that are too old, a day at a time, so that no transaction is long.
     *
     * @param keep for how long the sums of a day are kept
     */
    public void removeOld(Duration keep) throws StoreFailure {
        try {
            long first = firstKept(keep);
            Optional<Long> oldest = oldest();
            while (oldest.isPresent() && oldest.get() < first) {
                // The mark last: it finds the others, should the program end in between.
                for (String table : List.of("report_source_day", "report_source_fact", "report_source_built")) {
                    remove("DELETE FROM " + table + " WHERE day <= ?", oldest.get());
                }
                store.commit();
                oldest = oldest();
            }
            remove(
                    "DELETE FROM report_source_name WHERE until < ?",
                    clock.instant().getEpochSecond() - NAME_SECONDS);
            store.commit();
        } catch (SQLException error) {
            store.rollback();
            throw store.failure(error);
        }
    }

    private Optional<Long> oldest() throws SQLException {
        try (PreparedStatement select =
                        store.connection().prepareStatement("SELECT min(day) FROM report_source_built");
                ResultSet row = select.executeQuery()) {
            long day = row.next() ? row.getLong(1) : 0;
            return row.wasNull() ? Optional.empty() : Optional.of(day);
        } finally {
            store.commit();
        }
    }

    private void remove(String sql, long before) throws SQLException {
        try (PreparedStatement delete = store.connection().prepareStatement(sql)) {
            delete.setLong(1, before);
            delete.executeUpdate();
        }
    }

    /** The oldest day whose sums are kept. */
    private long firstKept(Duration keep) {
        return today() - keep.toDays();
    }

    private long today() {
        return Math.floorDiv(clock.instant().getEpochSecond(), DAY_SECONDS);
    }

    /** Two hosts that sum up a day wait for each other here, so that the last one has seen the reports of both. */
    private void mark(DomainName domain, long day) throws SQLException {
        try (PreparedStatement insert = store.connection()
                .prepareStatement("INSERT INTO report_source_built (domain, day, built_at) VALUES (?, ?, ?)"
                        + " ON CONFLICT (domain, day) DO UPDATE SET built_at = excluded.built_at")) {
            insert.setString(1, domain.toString());
            insert.setLong(2, day);
            insert.setLong(3, clock.instant().getEpochSecond());
            insert.executeUpdate();
        }
    }

    private boolean hasSeen(DomainName domain, long day) throws SQLException {
        try (PreparedStatement select = store.connection()
                .prepareStatement(
                        "SELECT 1 FROM report_source_day WHERE domain = ? AND day = ? AND origin = 's' LIMIT 1")) {
            select.setString(1, domain.toString());
            select.setLong(2, day);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next();
            }
        }
    }

    private void delete(String table, String condition, DomainName domain, long day) throws SQLException {
        try (PreparedStatement delete = store.connection()
                .prepareStatement("DELETE FROM " + table + " WHERE domain = ? AND day = ?" + condition)) {
            delete.setString(1, domain.toString());
            delete.setLong(2, day);
            delete.executeUpdate();
        }
    }

    /** Reads what this system saw itself. */
    private void readSeen(DaySums sums, DomainName domain, long day) throws SQLException {
        try (PreparedStatement select = streaming("SELECT w.source_ip, w.messages, w.disposition, w.aligned, w.reasons,"
                + " w.header_from, w.envelope_from, w.auth, coalesce(s.name, ''), p.p, p.sp, p.np, p.testing"
                + " FROM report_policy p JOIN report_row w"
                + " ON w.day = ? AND w.bucket = p.bucket AND w.policy_id = p.policy_id"
                + " LEFT JOIN report_source_name s ON s.source_ip = w.source_ip WHERE p.domain = ?")) {
            select.setLong(1, day);
            select.setString(2, domain.toString());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    sums.addReporter(SeenMail.SEEN, THIS_SYSTEM, policy(row, 10));
                    String author = row.getString(6);
                    sums.add(new SeenMail(
                            SeenMail.SEEN,
                            THIS_SYSTEM,
                            row.getString(1),
                            row.getString(9),
                            row.getLong(2),
                            row.getInt(4),
                            row.getInt(3),
                            row.getString(5),
                            author,
                            Optional.of(Optional.ofNullable(row.getString(7)).orElse(author)),
                            results(row.getString(8))));
                }
            }
        }
    }

    /** The name of this system among the reporters. */
    public static final String THIS_SYSTEM = "this system";

    /** The results of a row, one a line: {@code dkim RESULT DOMAIN SELECTOR} or {@code spf RESULT DOMAIN}. */
    private static List<SeenMail.Result> results(String auth) {
        List<SeenMail.Result> results = new ArrayList<>();
        auth.lines().forEach(line -> {
            List<String> words = List.of(line.split(" ", -1));
            if (words.size() >= 3) {
                results.add(new SeenMail.Result(
                        words.get(0), words.get(1), words.get(2), words.size() > 3 ? words.get(3) : ""));
            }
        });
        return results;
    }

    /**
     * Reads the reports of a day. A report of our own about our own domain tells what this system saw, which is not counted
     * twice.
     */
    private void readReports(DaySums sums, DomainName domain, long day, boolean seen) throws SQLException {
        try (PreparedStatement select = streaming("SELECT r.id, w.n, r.auth, r.reporter, r.p, r.sp, r.np, r.testing,"
                + " w.source_ip, w.messages, w.disposition, w.aligned, w.reasons, w.header_from, w.envelope_from,"
                + " coalesce(s.name, ''), a.kind, a.result, a.domain, a.selector"
                + " FROM received_report r LEFT JOIN received_row w ON w.id = r.id"
                + " LEFT JOIN received_auth a ON a.id = w.id AND a.n = w.n"
                + " LEFT JOIN report_source_name s ON s.source_ip = w.source_ip"
                + " WHERE r.domain = ? AND (r.begin_at + r.end_at) / 172800 = ? ORDER BY r.id, w.n, a.k")) {
            select.setString(1, domain.toString());
            select.setLong(2, day);
            try (ResultSet row = select.executeQuery()) {
                new ReportRows(
                                row,
                                sums,
                                reporter -> seen
                                        && DomainName.parse(reporter)
                                                .filter(own::contains)
                                                .isPresent())
                        .read();
            }
        }
    }

    /** The driver of PostgreSQL reads all rows at once unless it is told otherwise. */
    private PreparedStatement streaming(String sql) throws SQLException {
        Connection connection = store.connection();
        PreparedStatement select = connection.prepareStatement(sql);
        select.setFetchSize(1_000);
        return select;
    }

    /** The policy of a row in the form of a DNS record, from columns for p, sp, np and t. */
    static String policy(ResultSet row, int column) throws SQLException {
        StringBuilder policy = new StringBuilder();
        String[] tags = {"p", "sp", "np", "t"};
        for (int i = 0; i < tags.length; i++) {
            String value = row.getString(column + i);
            boolean shown = !value.isEmpty() && (i < tags.length - 1 || value.equals("y"));
            if (shown) {
                policy.append(policy.isEmpty() ? "" : "; ")
                        .append(tags[i])
                        .append('=')
                        .append(value);
            }
        }
        return policy.toString();
    }

    private void insertSums(DaySums sums, DomainName domain, long day) throws SQLException {
        try (PreparedStatement insert = store.connection()
                .prepareStatement("INSERT INTO report_source_day (domain, day, origin, source, flow, aligned,"
                        + " disposition, messages) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (Map.Entry<DaySums.Group, Long> entry : sums.sums().entrySet()) {
                DaySums.Group group = entry.getKey();
                insert.setString(1, domain.toString());
                insert.setLong(2, day);
                insert.setString(3, group.origin());
                insert.setString(4, group.source());
                insert.setString(5, group.flow());
                insert.setInt(6, group.aligned());
                insert.setInt(7, group.disposition());
                insert.setLong(8, entry.getValue());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private void insertFacts(DaySums sums, DomainName domain, long day) throws SQLException {
        try (PreparedStatement insert = store.connection()
                .prepareStatement("INSERT INTO report_source_fact (domain, day, origin, source, fact, content, passed,"
                        + " messages) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (Map.Entry<DaySums.Fact, DaySums.Count> entry : sums.facts()) {
                DaySums.Fact fact = entry.getKey();
                insert.setString(1, domain.toString());
                insert.setLong(2, day);
                insert.setString(3, fact.origin());
                insert.setString(4, fact.source());
                insert.setString(5, fact.fact());
                insert.setString(6, fact.content());
                insert.setLong(7, entry.getValue().passed);
                insert.setLong(8, entry.getValue().messages);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}
