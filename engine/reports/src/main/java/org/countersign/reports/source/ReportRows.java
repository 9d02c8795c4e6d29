package org.countersign.reports.source;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads the rows of received reports, each of which comes once for each of its authentication results. */
final class ReportRows {
    private final ResultSet row;
    private final DaySums sums;
    private final Predicate<String> omittedReporter;
    private final List<SeenMail.Result> results = new ArrayList<>();
    private byte[] report = new byte[0];
    private long number = -1;
    private Optional<SeenMail> mail = Optional.empty();

    /**
     * @param row the result of the query, ordered by report and number
     * @param omittedReporter whose reports are left out
     */
    ReportRows(ResultSet row, DaySums sums, Predicate<String> omittedReporter) {
        this.row = row;
        this.sums = sums;
        this.omittedReporter = omittedReporter;
    }

    void read() throws SQLException {
        while (row.next()) {
            byte[] id = row.getBytes(1);
            String origin = origin(row.getString(3));
            String reporter = row.getString(4);
            if (origin.equals(SeenMail.RECEIVED) && omittedReporter.test(reporter)) {
                continue;
            }
            boolean sameReport = Arrays.equals(id, report);
            if (!sameReport) {
                sums.addReporter(origin, reporter, SourceDays.policy(row, 5));
            }
            boolean hasRow = row.getString(9) != null;
            if (hasRow && (!sameReport || row.getLong(2) != number)) {
                finish();
                number = row.getLong(2);
                mail = Optional.of(mail(origin, reporter));
            }
            report = id;
            addResult();
        }
        finish();
    }

    private void addResult() throws SQLException {
        String kind = row.getString(17);
        if (kind != null) {
            results.add(new SeenMail.Result(kind, row.getString(18), row.getString(19), row.getString(20)));
        }
    }

    private void finish() {
        mail.ifPresent(seen -> sums.add(seen.with(results)));
        mail = Optional.empty();
        results.clear();
    }

    private SeenMail mail(String origin, String reporter) throws SQLException {
        return new SeenMail(
                origin,
                reporter,
                row.getString(9),
                row.getString(16),
                row.getLong(10),
                row.getInt(12),
                row.getInt(11),
                row.getString(13),
                row.getString(14),
                Optional.ofNullable(row.getString(15)),
                List.of());
    }

    private static String origin(String auth) {
        return auth.equals("pass") || auth.equals("given") ? SeenMail.RECEIVED : SeenMail.UNAUTHENTICATED;
    }
}
