package org.countersign.reports.send;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.countersign.reports.document.AggregateReportWriter;
import org.countersign.reports.document.PolicyPublished;
import org.countersign.reports.document.ReportId;
import org.countersign.reports.document.ReportMetadata;
import org.countersign.reports.document.ReportPeriod;
import org.countersign.reports.document.ReportRow;
import org.countersign.store.Store;

/**
 * Composes the documents of a report from the rows in the store, in the order of their keys, so that the same rows give the same
 * octets. Rows are read one after the other, and only the compressed document is in memory. For one thread.
 */
final class ReportComposer {
    private static final int FETCHED_ROWS = 500;
    // Without the columns that senders can make long.
    private static final int TEXT_OF_A_ROW = 100;
    private static final String ROWS =
            " FROM report_row WHERE day = ? AND bucket = ? AND policy_id = ? ORDER BY row_key LIMIT ?";
    static final String GENERATOR = "Countersign"
            + Optional.ofNullable(ReportComposer.class.getPackage().getImplementationVersion())
                    .map(version -> " " + version)
                    .orElse("");

    private final Store store;
    private final Limits limits;

    /**
     * How large reports are.
     *
     * @param rows of one policy and day; the messages of further ones are only counted
     * @param octets of a compressed document, beyond which another one begins
     * @param text the characters of all rows of one policy and day, which are left out like rows beyond the number
     */
    record Limits(long rows, long octets, long text) {
        private static final long MIB = 1 << 20;
        // A message is in memory about ten times while it is made, signed and sent.
        private static final int DOCUMENT_SHARE = 64;
        // All documents of a report are in memory until the store has them. Text of strangers may not become smaller by
        // much.
        private static final int TEXT_SHARE = 4;
        static final Limits DEFAULT = ofHeap(Runtime.getRuntime().maxMemory());
        // What the compressor holds back, and the end of the document.
        private static final int MARGIN = 256 << 10;

        /** 50,000 rows, and 10 MiB for a document if the heap is large enough. Senders choose most of the text of a row. */
        static Limits ofHeap(long heap) {
            return new Limits(50_000, Math.clamp(heap / DOCUMENT_SHARE, MIB, 10 * MIB), heap / TEXT_SHARE);
        }

        boolean isFull(long written) {
            return written > Math.max(octets / 2, octets - MARGIN);
        }
    }

    ReportComposer(Store store) {
        this(store, Limits.DEFAULT);
    }

    ReportComposer(Store store, Limits limits) {
        this.store = store;
        this.limits = limits;
    }

    /** What there is to report. */
    private record Totals(long rows, long messages) {}

    /**
     * Composes. Reads only, and leaves its transaction open.
     *
     * @param from the author of the report
     * @return the parts; none if there are no rows
     */
    List<ReportQueue.Part> compose(PlannedReport report, SendSettings settings, MailAddress from) throws SQLException {
        Totals all = totals(report, Long.MAX_VALUE);
        if (all.rows() == 0) {
            return List.of();
        }
        long number = Math.min(all.rows(), limits.rows());
        while (number > 1 && text(report, number) > limits.text()) {
            number /= 2;
        }
        Totals included = all.rows() == number ? all : totals(report, number);
        long omitted = all.messages() - included.messages();
        try (PreparedStatement query = store.connection()
                .prepareStatement(
                        "SELECT domain, method, p, sp, np, adkim, aspf, fo, testing, remarks FROM report_policy"
                                + " WHERE policy_id = ?")) {
            query.setBytes(1, report.policyId().toByteArray());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return List.of();
                }
                PolicyPublished policy = StoredRows.policy(report.domain(), row);
                String errors =
                        errors(row.getString("remarks"), all.rows() - included.rows(), omitted, lost(report.day()));
                return parts(report, new Head(settings, from, policy, errors), included, omitted);
            }
        }
    }

    /** What all parts of a report have in common. */
    private record Head(SendSettings settings, MailAddress from, PolicyPublished policy, String errors) {
        ReportMetadata metadata(PlannedReport report, String reportId) {
            return new ReportMetadata(
                    settings.orgName().orElse(from.domain().toString()),
                    from.toString(),
                    settings.contact().orElse(""),
                    ReportId.parse(reportId).orElseThrow(),
                    ReportPeriod.ofDay(report.day()),
                    errors,
                    GENERATOR);
        }
    }

    private List<ReportQueue.Part> parts(PlannedReport report, Head head, Totals included, long omitted)
            throws SQLException {
        List<ReportQueue.Part> parts = new ArrayList<>();
        String sql =
                "SELECT messages, source_ip, disposition, aligned, reasons, header_from, envelope_from, envelope_to, auth"
                        + ROWS;
        try (PreparedStatement query = prepared(sql, report, included.rows())) {
            query.setFetchSize(FETCHED_ROWS);
            try (ResultSet rows = query.executeQuery()) {
                Document document = new Document(report, head, 0);
                while (rows.next()) {
                    Optional<ReportRow> row = StoredRows.row(rows);
                    if (row.isPresent()) {
                        if (limits.isFull(document.size())) {
                            parts.add(document.end(parts.isEmpty() ? omitted : 0));
                            document = new Document(report, head, parts.size());
                        }
                        document.add(row.get());
                    }
                }
                if (document.rows > 0) {
                    parts.add(document.end(parts.isEmpty() ? omitted : 0));
                }
            }
        } catch (IOException error) {
            throw new UncheckedIOException("writing to memory", error);
        }
        return parts;
    }

    /** One part while it is written. */
    private static final class Document {
        private final int part;
        private final String reportId;
        private final ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        private final AggregateReportWriter writer;
        private long rows;
        private long messages;

        Document(PlannedReport report, Head head, int part) throws IOException {
            this.part = part;
            this.reportId = part == 0
                    ? report.reportId()
                    : ReportIds.reportId(head.from().domain(), report.domain(), report.day(), report.policyId(), part);
            // The header has no time and no file name, so that the same rows give the same octets.
            this.writer = new AggregateReportWriter(
                    new GZIPOutputStream(compressed), head.metadata(report, reportId), head.policy());
        }

        void add(ReportRow row) throws IOException {
            writer.write(row);
            rows++;
            messages += row.count();
        }

        int size() {
            return compressed.size();
        }

        ReportQueue.Part end(long omitted) throws IOException {
            writer.close();
            return new ReportQueue.Part(part, reportId, rows, messages, omitted, compressed.toByteArray());
        }
    }

    /** RFC 9990 §3.1.5, kept short: what is wrong with the record, and what is missing here. */
    private static String errors(String remarks, long omittedRows, long omittedMessages, long lost) {
        List<String> errors = new ArrayList<>(remarks.lines().toList());
        if (omittedRows > 0) {
            errors.add(omittedRows + " rows with " + omittedMessages
                    + " messages are left out, because there are too many");
        }
        if (lost > 0) {
            errors.add("up to " + lost + " messages of this day, of all domains, could not be counted");
        }
        return String.join("; ", errors);
    }

    private Totals totals(PlannedReport report, long limit) throws SQLException {
        String sql = "SELECT count(*), sum(messages) FROM (SELECT messages" + ROWS + ") counted";
        try (PreparedStatement query = prepared(sql, report, limit);
                ResultSet rows = query.executeQuery()) {
            return rows.next() ? new Totals(rows.getLong(1), rows.getLong(2)) : new Totals(0, 0);
        }
    }

    /** How much text the first rows have. */
    private long text(PlannedReport report, long number) throws SQLException {
        String sql = "SELECT sum(length) FROM (SELECT length(auth) + length(reasons) + " + TEXT_OF_A_ROW + " AS length"
                + ROWS + ") counted";
        try (PreparedStatement query = prepared(sql, report, number);
                ResultSet rows = query.executeQuery()) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    private PreparedStatement prepared(String sql, PlannedReport report, long limit) throws SQLException {
        PreparedStatement query = store.connection().prepareStatement(sql);
        query.setLong(1, report.day());
        query.setInt(2, report.bucket());
        query.setBytes(3, report.policyId().toByteArray());
        query.setLong(4, limit);
        return query;
    }

    private long lost(long day) throws SQLException {
        try (PreparedStatement query =
                store.connection().prepareStatement("SELECT sum(messages) FROM report_lost WHERE day = ?")) {
            query.setLong(1, day);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }
}
