package org.countersign.reports.receive;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.countersign.dmarc.AlignmentMode;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.reports.document.AggregateReport;
import org.countersign.reports.document.PolicyPublished;
import org.countersign.reports.document.ReportedReason;
import org.countersign.reports.document.ReportedResult;
import org.countersign.reports.document.ReportedRow;
import org.countersign.reports.receive.Authentication.State;
import org.countersign.store.Store;
import org.countersign.syntax.Ascii;

/** The statements that write received reports. The caller commits, and decides what is written. */
final class ReceivedTables {
    private static final int BATCH = 500;
    private static final String EXISTING = "id, auth, content, reporter, email";
    static final long SECONDS_OF_DAY = 86_400;

    private final Store store;

    ReceivedTables(Store store) {
        this.store = store;
    }

    /**
     * A report with what the tables say about it.
     *
     * @param reporter the Author Domain if the report is authenticated, else what it calls its reporter
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Entry(
            byte[] id, byte[] content, String reporter, State state, AggregateReport report, List<String> remarks) {
        static Entry of(Found.Aggregate found, Authentication authentication) {
            AggregateReport report = found.report();
            State state = authentication.state();
            String reporter = state == State.PASS
                    ? authentication.reporter().orElseThrow().toString()
                    : report.orgName();
            // A stranger who only claims a name never meets the reports of its owner.
            byte[] id = new KeyDigest()
                    .with(state == State.UNKNOWN ? State.NONE.keyword() : state.keyword())
                    .with(reporter)
                    .with(report.reportId())
                    .with(report.policy().domain().toString())
                    .with(report.period().begin())
                    .with(report.period().end())
                    .key();
            return new Entry(id, contentKey(report), reporter, state, report, found.remarks());
        }

        /** How well its reporter is known, beside a copy. */
        int rank() {
            return ReceivedTables.rank(state, reporter, report.email());
        }

        /** The same with a remark about the report that it replaces. */
        Entry replacing() {
            List<String> more = new ArrayList<>(remarks);
            more.add("replaces an earlier report with the same id and period, but other content");
            return new Entry(id, content, reporter, state, report, List.copyOf(more));
        }

        private static byte[] contentKey(AggregateReport report) {
            KeyDigest digest = new KeyDigest().with(report.error());
            policy(report.policy()).forEach(digest::with);
            for (ReportedRow row : report.rows()) {
                digest.with(IpNetwork.renderAddress(row.sourceIp()))
                        .with(row.count())
                        .with(row.disposition().number())
                        .with(aligned(row))
                        .with(reasons(row))
                        .with(row.headerFrom())
                        .with(row.envelopeFrom().orElse("-"))
                        .with(row.envelopeTo())
                        .with(row.results().size());
                for (ReportedResult result : row.results()) {
                    digest.with(result.method().keyword())
                            .with(result.domain())
                            .with(result.selector())
                            .with(result.result());
                }
            }
            return digest.key();
        }
    }

    /**
     * How well the reporter of a report is known, beside other copies of the same document. Whoever has a copy of the report of
     * another one can send it under a name of its own, and its message passes.
     *
     * @param email the address that the document gives
     */
    private static int rank(State state, String reporter, String email) {
        return switch (state) {
            case NONE -> 0;
            case UNKNOWN -> 1;
            case GIVEN -> 2;
            case PASS -> isNamed(reporter, email) ? 4 : 3;
        };
    }

    private static boolean isNamed(String reporter, String email) {
        return DomainName.parse(email.substring(email.lastIndexOf('@') + 1))
                .flatMap(named ->
                        DomainName.parse(reporter).filter(sender -> sender.isWithin(named) || named.isWithin(sender)))
                .isPresent();
    }

    /** A report in the store. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Existing(byte[] id, int rank, byte[] content) {
        boolean hasContentOf(Entry entry) {
            return Arrays.equals(content, entry.content);
        }
    }

    private static int aligned(ReportedRow row) {
        return (row.dkimAligned() ? 1 : 0) + (row.spfAligned() ? 2 : 0);
    }

    private static String reasons(ReportedRow row) {
        return row.reasons().stream().map(ReceivedTables::reason).collect(Collectors.joining("\n"));
    }

    private static String reason(ReportedReason reason) {
        String type = reason.type().isEmpty() ? "other" : reason.type().replace(' ', '_');
        return reason.comment().isEmpty() ? type : type + " " + oneLine(reason.comment());
    }

    private static String oneLine(String text) {
        return text.replace('\n', ' ').replace('\r', ' ');
    }

    /** The values of the columns p, sp, np, adkim, aspf, testing. */
    private static List<String> policy(PolicyPublished policy) {
        return List.of(
                word(policy.policy()),
                word(policy.subdomainPolicy()),
                word(policy.nonexistentPolicy()),
                mode(policy.dkimAlignment()),
                mode(policy.spfAlignment()),
                policy.testing().map(testing -> testing ? "y" : "n").orElse(""));
    }

    private static String word(Optional<DmarcPolicy> policy) {
        return policy.map(DmarcPolicy::keyword).orElse("");
    }

    private static String mode(Optional<AlignmentMode> mode) {
        return mode.map(PolicyPublished::keyword).orElse("");
    }

    /** Makes a commit outlive a loss of power: nobody else keeps the report then. */
    static void makeDurable(Store store) throws SQLException {
        synchronous(store, "FULL");
    }

    /** Lets a commit to a file outlive the process alone, which takes a hundredth of the time. */
    static void makeFast(Store store) throws SQLException {
        synchronous(store, "NORMAL");
    }

    private static void synchronous(Store store, String how) throws SQLException {
        if (store.isFile()) {
            store.commit();
            try (Statement statement = store.connection().createStatement()) {
                // Without effect in a transaction.
                store.connection().setAutoCommit(true);
                statement.execute("PRAGMA synchronous = " + how);
            } finally {
                store.connection().setAutoCommit(false);
            }
        }
    }

    /**
     * Takes the right to write, before anything is read: SQLite does not give it to a transaction that has read what another
     * process then changed.
     */
    void begin() throws SQLException {
        try (PreparedStatement none =
                store.connection().prepareStatement("DELETE FROM report_setting WHERE name = ''")) {
            none.executeUpdate();
        }
    }

    /** The report with this key. */
    Optional<Existing> find(byte[] id) throws SQLException {
        try (PreparedStatement select =
                store.connection().prepareStatement("SELECT " + EXISTING + " FROM received_report WHERE id = ?")) {
            select.setBytes(1, id);
            return existing(select);
        }
    }

    /** The same document from another reporter, or believed for another reason. */
    Optional<Existing> findCopy(Entry entry) throws SQLException {
        try (PreparedStatement select = store.connection()
                .prepareStatement("SELECT " + EXISTING + " FROM received_report WHERE domain = ? AND begin_at = ?"
                        + " AND end_at = ? AND report_id = ? AND content = ? AND org_name = ? AND email = ?"
                        + " AND id <> ?")) {
            AggregateReport report = entry.report();
            select.setString(1, report.policy().domain().toString());
            select.setLong(2, report.period().begin());
            select.setLong(3, report.period().end());
            select.setString(4, report.reportId());
            select.setBytes(5, entry.content());
            select.setString(6, report.orgName());
            select.setString(7, report.email());
            select.setBytes(8, entry.id());
            return existing(select);
        }
    }

    private static Optional<Existing> existing(PreparedStatement select) throws SQLException {
        try (ResultSet rows = select.executeQuery()) {
            return rows.next()
                    ? Optional.of(new Existing(
                            Objects.requireNonNull(rows.getBytes(1)),
                            rank(
                                    state(String.valueOf(rows.getString(2))),
                                    String.valueOf(rows.getString(4)),
                                    String.valueOf(rows.getString(5))),
                            Objects.requireNonNull(rows.getBytes(3))))
                    : Optional.empty();
        }
    }

    private static State state(String keyword) {
        return Arrays.stream(State.values())
                .filter(state -> state.keyword().equals(keyword))
                .findFirst()
                .orElse(State.UNKNOWN);
    }

    void delete(byte[] id) throws SQLException {
        for (String table : List.of("received_auth", "received_row", "received_report")) {
            try (PreparedStatement delete =
                    store.connection().prepareStatement("DELETE FROM " + table + " WHERE id = ?")) {
                delete.setBytes(1, id);
                delete.executeUpdate();
            }
        }
    }

    /**
     * Inserts a report with its rows.
     *
     * @return false if another process has inserted it just now
     */
    boolean insert(Entry entry, long now) throws SQLException {
        if (!insertReport(entry, now)) {
            return false;
        }
        try (PreparedStatement row = store.connection()
                        .prepareStatement("INSERT INTO received_row (id, n, day, source_ip, messages, disposition,"
                                + " aligned, reasons, header_from, envelope_from, envelope_to)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
                PreparedStatement result = store.connection()
                        .prepareStatement("INSERT INTO received_auth (id, n, k, kind, domain, selector, result)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            int waiting = 0;
            for (ReportedRow reported : entry.report().rows()) {
                addRow(row, entry, reported);
                addResults(result, entry, reported);
                waiting++;
                if (waiting == BATCH) {
                    row.executeBatch();
                    result.executeBatch();
                    waiting = 0;
                }
            }
            row.executeBatch();
            result.executeBatch();
        }
        return true;
    }

    private boolean insertReport(Entry entry, long now) throws SQLException {
        AggregateReport report = entry.report();
        try (PreparedStatement insert = store.connection()
                .prepareStatement(
                        "INSERT INTO received_report (id, bucket, domain, reporter, org_name, email, report_id,"
                                + " begin_at, end_at, schema, auth, p, sp, np, adkim, aspf, testing, errors, remarks,"
                                + " row_count, messages, content, got_at)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                                + " ON CONFLICT (id) DO NOTHING")) {
            int at = 1;
            insert.setBytes(at++, entry.id());
            insert.setInt(at++, entry.id()[0] & 0xFF);
            insert.setString(at++, report.policy().domain().toString());
            insert.setString(at++, entry.reporter());
            insert.setString(at++, report.orgName());
            insert.setString(at++, report.email());
            insert.setString(at++, report.reportId());
            insert.setLong(at++, report.period().begin());
            insert.setLong(at++, report.period().end());
            insert.setString(at++, Ascii.lower(report.schema().name()));
            insert.setString(at++, entry.state().keyword());
            for (String value : policy(report.policy())) {
                insert.setString(at++, value);
            }
            insert.setString(at++, report.error());
            insert.setString(at++, String.join("\n", entry.remarks()));
            insert.setLong(at++, report.rows().size());
            insert.setLong(at++, report.messages());
            insert.setBytes(at++, entry.content());
            insert.setLong(at, now);
            return insert.executeUpdate() == 1;
        }
    }

    private static void addRow(PreparedStatement insert, Entry entry, ReportedRow row) throws SQLException {
        long middle = (entry.report().period().begin() + entry.report().period().end()) / 2;
        insert.setBytes(1, entry.id());
        insert.setInt(2, row.number());
        insert.setInt(3, Math.toIntExact(middle / SECONDS_OF_DAY));
        insert.setString(4, IpNetwork.renderAddress(row.sourceIp()));
        insert.setLong(5, row.count());
        insert.setInt(6, row.disposition().number());
        insert.setInt(7, aligned(row));
        insert.setString(8, reasons(row));
        insert.setString(9, row.headerFrom());
        Optional<String> envelopeFrom = row.envelopeFrom().filter(domain -> !domain.equals(row.headerFrom()));
        if (envelopeFrom.isPresent()) {
            insert.setString(10, envelopeFrom.get());
        } else {
            insert.setNull(10, Types.VARCHAR);
        }
        insert.setString(11, row.envelopeTo());
        insert.addBatch();
    }

    private static void addResults(PreparedStatement insert, Entry entry, ReportedRow row) throws SQLException {
        int k = 0;
        for (ReportedResult result : row.results()) {
            insert.setBytes(1, entry.id());
            insert.setInt(2, row.number());
            insert.setInt(3, k++);
            insert.setString(4, result.method().keyword());
            insert.setString(5, result.domain());
            insert.setString(6, result.selector());
            insert.setString(7, result.result());
            insert.addBatch();
        }
    }

    /** How many reports and rows came since an instant. */
    record Amount(long reports, long rows) {}

    /** What one authenticated reporter has sent since an instant. */
    Amount ofReporter(String reporter, long since) throws SQLException {
        return amount("auth = 'pass' AND reporter = ?", List.of(reporter), since);
    }

    /** What came since an instant from senders that are not authenticated. */
    Amount ofStrangers(long since) throws SQLException {
        return amount("auth IN ('none', 'unknown')", List.of(), since);
    }

    private Amount amount(String condition, Collection<String> values, long since) throws SQLException {
        try (PreparedStatement select = store.connection()
                .prepareStatement("SELECT COUNT(*), COALESCE(SUM(row_count), 0) FROM received_report"
                        + " WHERE got_at >= ? AND " + condition)) {
            select.setLong(1, since);
            int at = 2;
            for (String value : values) {
                select.setString(at++, value);
            }
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? new Amount(rows.getLong(1), rows.getLong(2)) : new Amount(0, 0);
            }
        }
    }
}
