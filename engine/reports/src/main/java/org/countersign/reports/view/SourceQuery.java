package org.countersign.reports.view;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.store.StoreFailure;

/** Reads one source in detail. */
final class SourceQuery {
    // All facts of a source. Named, because SQLite then reads only this source, and not all facts of these days.
    private static final String FACTS = "'address', 'author', 'envelope', 'reason', 'reporter', 'selector', 'spf'";

    private final Rows rows;
    private final KnownSourcesReader known;

    SourceQuery(Rows rows, KnownSourcesReader known) {
        this.rows = rows;
        this.known = known;
    }

    Optional<Source> read(String domain, String name, ViewPeriod period) throws StoreFailure {
        KnownSources sourcesOfDomain = known.read(domain, period);
        List<String> sources = sourcesOfDomain.sourcesOf(name);
        Optional<Sources.SourceSummary> summary = new SourcesQuery(rows, known).summary(domain, sources, period);
        if (summary.isEmpty()) {
            return Optional.empty();
        }
        Map<String, List<Source.Value>> facts = facts(domain, sources, period);
        List<Source.Value> signatures = facts.getOrDefault("selector", List.of());
        return Optional.of(new Source(
                domain,
                period,
                summary.get(),
                facts.getOrDefault("address", List.of()),
                facts.getOrDefault("author", List.of()),
                facts.getOrDefault("envelope", List.of()),
                signatures,
                facts.getOrDefault("spf", List.of()),
                facts.getOrDefault("reporter", List.of()),
                facts.getOrDefault("reason", List.of()),
                Advice.full(domain, summary.get(), signatures),
                sourcesOfDomain.naming(summary.get().name())));
    }

    private Map<String, List<Source.Value>> facts(String domain, List<String> sources, ViewPeriod period)
            throws StoreFailure {
        List<Object> values = new ArrayList<>(List.of(domain));
        values.addAll(sources);
        values.addAll(List.of(period.first().toEpochDay(), period.last().toEpochDay()));
        Map<String, List<Source.Value>> facts = new HashMap<>();
        rows.each(
                // A source has up to 20 values of each fact a day, and strangers choose them.
                "SELECT fact, content, passed, messages FROM (SELECT fact, content, sum(passed) AS passed,"
                        + " sum(messages) AS messages, row_number() OVER (PARTITION BY fact"
                        + " ORDER BY sum(messages) DESC, content) AS place FROM report_source_fact WHERE domain = ?"
                        + " AND source IN (" + Rows.places(sources.size()) + ") AND fact IN (" + FACTS
                        + ") AND day BETWEEN ? AND ?"
                        + " AND origin IN (" + Origins.of(period)
                        + ") GROUP BY fact, content) AS ranked WHERE place <= "
                        + Source.MAX_VALUES,
                values,
                row -> facts.computeIfAbsent(Rows.text(row, 1), fact -> new ArrayList<>())
                        .add(new Source.Value(Rows.text(row, 2), new Share(row.getLong(3), row.getLong(4)))));
        facts.replaceAll((fact, list) -> list.stream()
                .sorted(Comparator.comparingLong(Source.Value::messages)
                        .reversed()
                        .thenComparing(Source.Value::text))
                .toList());
        return facts;
    }
}
