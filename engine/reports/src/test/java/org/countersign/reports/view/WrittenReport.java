package org.countersign.reports.view;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.countersign.store.Store;

/** A received report that is written to a store as the reader of reports writes it. */
public final class WrittenReport {
    private static final long DAY = 86_400;

    private final String reporter;
    private final String domain;
    private final LocalDate date;
    private final List<Row> rows = new ArrayList<>();
    private String auth = "pass";
    private String policy = "none";
    private String remarks = "";
    private String testing = "";
    private Optional<Long> gotAt = Optional.empty();

    /** A row of a report. */
    public static final class Row {
        private final String address;
        private final long messages;
        private int aligned;
        private int disposition;
        private String reasons = "";
        private String author = "";
        private Optional<String> envelope = Optional.empty();
        private final List<List<String>> results = new ArrayList<>();

        private Row(String address, long messages) {
            this.address = address;
            this.messages = messages;
        }

        public static Row of(String address, long messages) {
            return new Row(address, messages);
        }

        public Row alignedDkim() {
            aligned |= 1;
            return this;
        }

        public Row alignedSpf() {
            aligned |= 2;
            return this;
        }

        public Row disposition(int number) {
            disposition = number;
            return this;
        }

        public Row reasons(String text) {
            reasons = text;
            return this;
        }

        public Row author(String name) {
            author = name;
            return this;
        }

        public Row envelope(String name) {
            envelope = Optional.of(name);
            return this;
        }

        public Row dkim(String result, String signer, String selector) {
            results.add(List.of("dkim", signer, selector, result));
            return this;
        }

        public Row spf(String result, String name) {
            results.add(List.of("spf", name, "", result));
            return this;
        }
    }

    private WrittenReport(String reporter, String domain, LocalDate date) {
        this.reporter = reporter;
        this.domain = domain;
        this.date = date;
    }

    public static WrittenReport of(String reporter, String domain, LocalDate date) {
        return new WrittenReport(reporter, domain, date);
    }

    public WrittenReport auth(String word) {
        auth = word;
        return this;
    }

    public WrittenReport policy(String word) {
        policy = word;
        return this;
    }

    public WrittenReport testing() {
        testing = "y";
        return this;
    }

    public WrittenReport remarks(String lines) {
        remarks = lines;
        return this;
    }

    public WrittenReport gotAt(long second) {
        gotAt = Optional.of(second);
        return this;
    }

    public WrittenReport row(Row row) {
        rows.add(row);
        return this;
    }

    public String domain() {
        return domain;
    }

    public LocalDate date() {
        return date;
    }

    /** Inserts the report, and replaces one of the same reporter, domain and day. The caller commits. */
    public void insert(Store store) throws SQLException {
        byte[] id =
                Arrays.copyOf((auth + " " + reporter + " " + domain + " " + date).getBytes(StandardCharsets.UTF_8), 64);
        for (String table : List.of("received_auth", "received_row", "received_report")) {
            try (PreparedStatement delete =
                    store.connection().prepareStatement("DELETE FROM " + table + " WHERE id = ?")) {
                delete.setBytes(1, id);
                delete.executeUpdate();
            }
        }
        insertReport(store, id);
        for (int n = 0; n < rows.size(); n++) {
            insertRow(store, id, n + 1, rows.get(n));
        }
    }

    private void insertReport(Store store, byte[] id) throws SQLException {
        long begin = date.toEpochDay() * DAY;
        List<Object> values = List.of(
                id,
                id[0] & 0xFF,
                domain,
                reporter,
                reporter + " Inc.",
                "dmarc@" + reporter,
                "report-" + date,
                begin,
                begin + DAY - 1,
                "rfc9990",
                auth,
                policy,
                "",
                "",
                "r",
                "r",
                testing,
                "",
                remarks,
                rows.size(),
                rows.stream().mapToLong(row -> row.messages).sum(),
                id,
                gotAt.orElse(begin + DAY + 3600));
        insert(
                store,
                "received_report (id, bucket, domain, reporter, org_name, email, report_id, begin_at, end_at, schema,"
                        + " auth, p, sp, np, adkim, aspf, testing, errors, remarks, row_count, messages, content, got_at)",
                values);
    }

    private void insertRow(Store store, byte[] id, int n, Row row) throws SQLException {
        insert(
                store,
                "received_row (id, n, day, source_ip, messages, disposition, aligned, reasons, header_from,"
                        + " envelope_from, envelope_to)",
                List.of(
                        id,
                        n,
                        date.toEpochDay(),
                        row.address,
                        row.messages,
                        row.disposition,
                        row.aligned,
                        row.reasons,
                        row.author.isEmpty() ? domain : row.author,
                        row.envelope,
                        ""));
        for (int k = 0; k < row.results.size(); k++) {
            List<Object> values = new ArrayList<>(List.of(id, n, k));
            values.addAll(row.results.get(k));
            insert(store, "received_auth (id, n, k, kind, domain, selector, result)", values);
        }
    }

    private static void insert(Store store, String columns, List<Object> values) throws SQLException {
        String places = String.join(", ", java.util.Collections.nCopies(values.size(), "?"));
        try (PreparedStatement insert =
                store.connection().prepareStatement("INSERT INTO " + columns + " VALUES (" + places + ")")) {
            for (int i = 0; i < values.size(); i++) {
                Object value = values.get(i);
                if (value instanceof Optional<?> optional && optional.isEmpty()) {
                    insert.setNull(i + 1, Types.VARCHAR);
                } else {
                    insert.setObject(i + 1, value instanceof Optional<?> optional ? optional.orElseThrow() : value);
                }
            }
            insert.executeUpdate();
        }
    }
}
