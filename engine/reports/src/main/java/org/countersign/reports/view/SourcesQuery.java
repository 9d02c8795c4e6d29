package org.countersign.reports.view;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.reports.view.Sources.SourceSummary;
import org.countersign.store.StoreFailure;

/** Reads the sources of a domain's mail. */
final class SourcesQuery {
    // Sources of one name are united, so more are read than listed.
    private static final int MAX_READ = 500;

    private final Rows rows;
    private final KnownSourcesReader reader;

    SourcesQuery(Rows rows, KnownSourcesReader reader) {
        this.rows = rows;
        this.reader = reader;
    }

    /** The sums of the sources of one name. */
    private static final class Sums {
        long messages;
        long passing;
        long dkim;
        long spf;
        long refused;
        long firstSeen = Long.MAX_VALUE;
        long lastSeen = Long.MIN_VALUE;
    }

    /** The summary of the source with one of these names; empty without a message in the period. */
    Optional<SourceSummary> summary(String domain, List<String> sources, ViewPeriod period) throws StoreFailure {
        KnownSources known = reader.read(domain, period);
        Map<String, Sums> byTitle = new LinkedHashMap<>();
        List<String> listed = readSums(domain, period, sources, known, byTitle);
        readSeen(domain, period, known, listed, byTitle);
        return byTitle.entrySet().stream()
                .map(entry -> summary(domain, entry.getKey(), known.kind(entry.getKey()), entry.getValue()))
                .findFirst();
    }

    Sources read(String domain, ViewPeriod period) throws StoreFailure {
        KnownSources known = reader.read(domain, period);
        Map<String, Sums> byTitle = new LinkedHashMap<>();
        List<String> listed = readSums(domain, period, List.of(), known, byTitle);
        readSeen(domain, period, known, listed, byTitle);
        List<SourceSummary> all = new ArrayList<>();
        byTitle.forEach((title, sums) -> all.add(summary(domain, title, known.kind(title), sums)));
        all.sort(Comparator.comparingLong(SourceSummary::messages).reversed().thenComparing(SourceSummary::name));
        List<SourceSummary> first = all.subList(0, Math.min(all.size(), Sources.MAX_SOURCES));
        long messages = total(domain, period, "sum(messages)");
        long more = all.size()
                - first.size()
                + (listed.size() < MAX_READ ? 0 : total(domain, period, "count(DISTINCT source)") - listed.size());
        return new Sources(
                domain,
                period,
                first,
                more,
                messages - first.stream().mapToLong(SourceSummary::messages).sum());
    }

    private static SourceSummary summary(String domain, String title, SourceKind kind, Sums sums) {
        Share dkim = new Share(sums.dkim, sums.messages);
        Share spf = new Share(sums.spf, sums.messages);
        return new SourceSummary(
                title,
                kind,
                sums.messages,
                new Share(sums.passing, sums.messages),
                dkim,
                spf,
                sums.refused,
                LocalDate.ofEpochDay(sums.firstSeen),
                LocalDate.ofEpochDay(sums.lastSeen),
                Advice.brief(domain, kind, dkim, spf));
    }

    /**
     * Reads the sums of the sources with the most messages, and returns these sources.
     *
     * @param only the sources to read; empty for all
     */
    private List<String> readSums(
            String domain, ViewPeriod period, List<String> only, KnownSources known, Map<String, Sums> byTitle)
            throws StoreFailure {
        List<Object> values = new ArrayList<>(
                List.of(domain, period.first().toEpochDay(), period.last().toEpochDay()));
        values.addAll(only);
        return rows.list(
                "SELECT source, sum(messages) AS n, sum(CASE WHEN aligned > 0 THEN messages ELSE 0 END),"
                        + " sum(CASE WHEN aligned IN (1, 3) THEN messages ELSE 0 END),"
                        + " sum(CASE WHEN aligned IN (2, 3) THEN messages ELSE 0 END),"
                        + " sum(CASE WHEN disposition > 1 THEN messages ELSE 0 END)"
                        + " FROM report_source_day WHERE domain = ? AND day BETWEEN ? AND ? AND origin IN ("
                        + Origins.of(period) + ")"
                        + (only.isEmpty() ? "" : " AND source IN (" + Rows.places(only.size()) + ")")
                        + " GROUP BY source ORDER BY n DESC, source LIMIT " + MAX_READ,
                values,
                row -> {
                    String source = Rows.text(row, 1);
                    Sums sums = byTitle.computeIfAbsent(known.title(source), title -> new Sums());
                    sums.messages += row.getLong(2);
                    sums.passing += row.getLong(3);
                    sums.dkim += row.getLong(4);
                    sums.spf += row.getLong(5);
                    sums.refused += row.getLong(6);
                    return source;
                });
    }

    /** Reads when the sources were seen, in all days of the store. */
    private void readSeen(
            String domain, ViewPeriod period, KnownSources known, List<String> listed, Map<String, Sums> byTitle)
            throws StoreFailure {
        if (listed.isEmpty()) {
            return;
        }
        List<Object> values = new ArrayList<>(List.of(domain));
        values.addAll(listed);
        rows.each(
                "SELECT source, min(day), max(day) FROM report_source_day WHERE domain = ? AND source IN ("
                        + Rows.places(listed.size()) + ") AND origin IN (" + Origins.of(period) + ") GROUP BY source",
                values,
                row -> {
                    Sums sums = byTitle.getOrDefault(known.title(Rows.text(row, 1)), new Sums());
                    sums.firstSeen = Math.min(sums.firstSeen, row.getLong(2));
                    sums.lastSeen = Math.max(sums.lastSeen, row.getLong(3));
                });
    }

    private long total(String domain, ViewPeriod period, String sum) throws StoreFailure {
        return rows.number(
                "SELECT " + sum + " FROM report_source_day WHERE domain = ? AND day BETWEEN ? AND ? AND origin IN ("
                        + Origins.of(period) + ")",
                domain,
                period.first().toEpochDay(),
                period.last().toEpochDay());
    }
}
