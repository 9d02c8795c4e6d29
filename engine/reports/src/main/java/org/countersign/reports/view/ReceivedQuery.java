package org.countersign.reports.view;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.reports.view.ReceivedReports.ReceivedReport;
import org.countersign.reports.view.ReceivedReports.Remark;
import org.countersign.reports.view.ReceivedReports.Reporter;
import org.countersign.reports.view.RefusedReports.RefusedReport;
import org.countersign.store.StoreFailure;

/** Reads what came in, and what was refused. The days are those of the arrival. */
final class ReceivedQuery {
    private static final long DAY_SECONDS = 86_400;

    // A reporter may write any number, and sums must not overflow.
    private static final String BOUNDED_MESSAGES =
            "CASE WHEN messages < 1000000000000 THEN messages ELSE 1000000000000 END";
    // A report has up to 100 remarks, whose words a reporter chooses.
    private static final int MAX_REMARKS_TEXT = 1_000;
    private static final int MAX_REMARKS_KEPT = 100;

    private final Rows rows;

    ReceivedQuery(Rows rows) {
        this.rows = rows;
    }

    private record Name(String reporter, String auth) {}

    private static List<Object> seconds(ViewPeriod period) {
        return List.of(period.first().toEpochDay() * DAY_SECONDS, (period.last().toEpochDay() + 1) * DAY_SECONDS);
    }

    ReceivedReports received(ViewPeriod period) throws StoreFailure {
        String condition =
                "got_at >= ? AND got_at < ?" + (period.unauthenticated() ? "" : " AND auth IN ('pass', 'given')");
        List<Reporter> reporters = rows.list(
                "SELECT reporter, auth, count(*) AS n, sum(" + BOUNDED_MESSAGES
                        + "), count(DISTINCT domain), max(got_at)"
                        + " FROM received_report WHERE " + condition
                        + " GROUP BY reporter, auth ORDER BY n DESC, reporter, auth LIMIT "
                        + ReceivedReports.MAX_REPORTERS,
                seconds(period),
                row -> new Reporter(
                        Rows.text(row, 1),
                        Rows.text(row, 2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        Instant.ofEpochSecond(row.getLong(6)),
                        List.of()));
        List<Object> failures = seconds(period);
        return new ReceivedReports(
                period,
                withRemarks(reporters, condition, period),
                latest(condition, period),
                rows.number(
                        "SELECT count(*) FROM received_failure WHERE got_at >= ? AND got_at < ?"
                                + (period.unauthenticated() ? "" : " AND auth IN ('pass', 'given')"),
                        failures.get(0),
                        failures.get(1)));
    }

    /** When the last report came, if any did. */
    Optional<Instant> last(boolean unauthenticated) throws StoreFailure {
        return rows
                .list(
                        "SELECT got_at FROM received_report"
                                + (unauthenticated ? "" : " WHERE auth IN ('pass', 'given')")
                                + " ORDER BY got_at DESC LIMIT 1",
                        List.of(),
                        row -> Instant.ofEpochSecond(row.getLong(1)))
                .stream()
                .findFirst();
    }

    private List<Reporter> withRemarks(List<Reporter> reporters, String condition, ViewPeriod period)
            throws StoreFailure {
        Map<Name, Map<String, Long>> remarks = new HashMap<>();
        reporters.forEach(reporter -> remarks.put(new Name(reporter.name(), reporter.auth()), new HashMap<>()));
        rows.each(
                "SELECT reporter, auth, substr(remarks, 1, " + MAX_REMARKS_TEXT
                        + ") AS text, count(*) FROM received_report WHERE " + condition
                        + " AND remarks <> '' GROUP BY 1, 2, 3 ORDER BY 4 DESC LIMIT 5000",
                seconds(period),
                row -> {
                    long reports = row.getLong(4);
                    Map<String, Long> ofReporter =
                            remarks.getOrDefault(new Name(Rows.text(row, 1), Rows.text(row, 2)), new HashMap<>());
                    Rows.text(row, 3).lines().distinct().forEach(line -> {
                        // The most frequent ones come first.
                        if (ofReporter.size() < MAX_REMARKS_KEPT || ofReporter.containsKey(line)) {
                            ofReporter.merge(line, reports, Long::sum);
                        }
                    });
                });
        return reporters.stream()
                .map(reporter ->
                        reporter.with(most(remarks.getOrDefault(new Name(reporter.name(), reporter.auth()), Map.of()))))
                .toList();
    }

    private static List<Remark> most(Map<String, Long> remarks) {
        List<Remark> list = new ArrayList<>();
        remarks.forEach((text, reports) -> list.add(new Remark(text, reports)));
        list.sort(Comparator.comparingLong(Remark::reports).reversed().thenComparing(Remark::text));
        return list.subList(0, Math.min(list.size(), ReceivedReports.MAX_REMARKS));
    }

    private List<ReceivedReport> latest(String condition, ViewPeriod period) throws StoreFailure {
        return rows.list(
                "SELECT got_at, reporter, org_name, domain, report_id, begin_at, end_at, auth, schema, row_count, "
                        + BOUNDED_MESSAGES + ", substr(remarks, 1, " + MAX_REMARKS_TEXT
                        + ") FROM received_report WHERE " + condition
                        + " ORDER BY got_at DESC, report_id, reporter, domain LIMIT " + ReceivedReports.MAX_REPORTS,
                seconds(period),
                row -> new ReceivedReport(
                        Instant.ofEpochSecond(row.getLong(1)),
                        Rows.text(row, 2),
                        Rows.text(row, 3),
                        Rows.text(row, 4),
                        Rows.text(row, 5),
                        Instant.ofEpochSecond(row.getLong(6)),
                        Instant.ofEpochSecond(row.getLong(7)),
                        Rows.text(row, 8),
                        Rows.text(row, 9),
                        row.getLong(10),
                        row.getLong(11),
                        Rows.text(row, 12)));
    }

    RefusedReports refused(ViewPeriod period) throws StoreFailure {
        List<Object> seconds = seconds(period);
        List<RefusedReport> refused = rows.list(
                "SELECT at, sender, name, why, octets, times FROM received_refused WHERE at >= ? AND at < ?"
                        + " ORDER BY at DESC, sender, name LIMIT " + RefusedReports.MAX_REFUSED,
                seconds,
                row -> new RefusedReport(
                        Instant.ofEpochSecond(row.getLong(1)),
                        Rows.text(row, 2),
                        Rows.text(row, 3),
                        Rows.text(row, 4),
                        row.getLong(5),
                        row.getLong(6)));
        return new RefusedReports(
                period,
                refused,
                rows.number(
                        "SELECT count(*) FROM received_refused WHERE at >= ? AND at < ?",
                        seconds.get(0),
                        seconds.get(1)));
    }
}
