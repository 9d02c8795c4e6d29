package org.countersign.reports.view;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.countersign.store.StoreFailure;

/** Reads a domain over time. */
final class HistoryQuery {
    private static final int MAX_LISTED = 1_000;

    private final Rows rows;
    private final KnownSourcesReader known;

    HistoryQuery(Rows rows, KnownSourcesReader known) {
        this.rows = rows;
        this.known = known;
    }

    /** The counts of a day while they are read. */
    private static final class Counts {
        long passing;
        long failing;
        long forwarded;
        long known;
    }

    DomainHistory read(String domain, ViewPeriod period) throws StoreFailure {
        Map<Long, Counts> counts = new TreeMap<>();
        readTotals(domain, period, counts);
        readFailing(domain, period, counts);
        Set<Long> withData = daysWithData(domain, period);
        withData.addAll(counts.keySet());
        List<DomainHistory.Day> days = new ArrayList<>();
        for (LocalDate date = period.first(); !date.isAfter(period.last()); date = date.plusDays(1)) {
            Counts day = counts.getOrDefault(date.toEpochDay(), new Counts());
            days.add(new DomainHistory.Day(
                    date,
                    withData.contains(date.toEpochDay()),
                    day.passing,
                    day.forwarded,
                    day.known,
                    day.failing - day.forwarded - day.known));
        }
        return new DomainHistory(domain, period, days);
    }

    private void readTotals(String domain, ViewPeriod period, Map<Long, Counts> counts) throws StoreFailure {
        rows.each(
                "SELECT day, sum(CASE WHEN aligned > 0 THEN messages ELSE 0 END),"
                        + " sum(CASE WHEN aligned > 0 THEN 0 ELSE messages END) FROM report_source_day"
                        + " WHERE domain = ? AND day BETWEEN ? AND ? AND origin IN (" + Origins.of(period)
                        + ") GROUP BY day",
                List.of(domain, period.first().toEpochDay(), period.last().toEpochDay()),
                row -> {
                    Counts day = counts.computeIfAbsent(row.getLong(1), number -> new Counts());
                    day.passing = row.getLong(2);
                    day.failing = row.getLong(3);
                });
    }

    /** Mail that failed from sources that are not unknown, which are few. */
    private void readFailing(String domain, ViewPeriod period, Map<Long, Counts> counts) throws StoreFailure {
        KnownSources kinds = known.read(domain, period);
        List<String> sources = kinds.sources(domain);
        List<Object> values = new ArrayList<>(
                List.of(domain, period.first().toEpochDay(), period.last().toEpochDay()));
        // A list of thousands would be slower than to read all.
        boolean all = sources.size() > MAX_LISTED;
        if (!all) {
            values.addAll(sources);
        }
        rows.each(
                "SELECT day, source, flow, sum(messages) FROM report_source_day WHERE domain = ?"
                        + " AND day BETWEEN ? AND ? AND origin IN (" + Origins.of(period) + ") AND aligned = 0"
                        + (all ? "" : " AND source IN (" + Rows.places(sources.size()) + ")")
                        + " GROUP BY day, source, flow",
                values,
                row -> {
                    Counts day = counts.computeIfAbsent(row.getLong(1), number -> new Counts());
                    switch (kinds.failing(kinds.title(Rows.text(row, 2)), Rows.text(row, 3))) {
                        case FORWARDED -> day.forwarded += row.getLong(4);
                        case KNOWN -> day.known += row.getLong(4);
                        case UNKNOWN -> {
                            // It is the rest.
                        }
                    }
                });
    }

    private Set<Long> daysWithData(String domain, ViewPeriod period) throws StoreFailure {
        return new HashSet<>(rows.list(
                "SELECT DISTINCT day FROM report_source_fact WHERE domain = ? AND source = '' AND fact = 'reporter'"
                        + " AND day BETWEEN ? AND ? AND origin IN (" + Origins.of(period) + ")",
                List.of(domain, period.first().toEpochDay(), period.last().toEpochDay()),
                row -> row.getLong(1)));
    }
}
