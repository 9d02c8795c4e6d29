package org.countersign.reports.view;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.countersign.reports.view.Sources.SourceSummary;
import org.countersign.store.StoreFailure;

/** Reads what happened to each domain, and compares it with the period before. */
final class DigestQuery {
    private static final int MAX_NAMED = 5;

    private final Rows rows;
    private final KnownSourcesReader reader;

    DigestQuery(Rows rows, KnownSourcesReader reader) {
        this.rows = rows;
        this.reader = reader;
    }

    Digest read(Overview overview, ReceivedReports received, long refused) throws StoreFailure {
        List<Digest.DomainDigest> digests = new ArrayList<>();
        for (Overview.DomainSummary summary : overview.domains()) {
            if (summary.passing().whole() > 0) {
                digests.add(digest(summary, overview.period()));
            }
        }
        return new Digest(
                overview,
                digests,
                received.reporters().stream()
                        .mapToLong(ReceivedReports.Reporter::reports)
                        .sum(),
                refused);
    }

    private Digest.DomainDigest digest(Overview.DomainSummary summary, ViewPeriod period) throws StoreFailure {
        String domain = summary.domain();
        Sources sources = new SourcesQuery(rows, reader).read(domain, period);
        HistoryQuery history = new HistoryQuery(rows, reader);
        return new Digest.DomainDigest(
                domain,
                summary.passing(),
                history.read(domain, before(period)).total().share(),
                failing(sources),
                history.read(domain, period).total().unknown(),
                summary.newSources() == 0 ? List.of() : newSenders(sources, period),
                new ReadinessQuery(rows, reader).read(domain, period.unauthenticated()));
    }

    private static ViewPeriod before(ViewPeriod period) {
        return new ViewPeriod(
                period.first().minusDays(period.days()), period.first().minusDays(1), period.unauthenticated());
    }

    private static List<SourceSummary> failing(Sources sources) {
        return sources.sources().stream()
                .filter(source -> source.kind() != SourceKind.UNKNOWN
                        && source.kind() != SourceKind.FORWARDER
                        && source.passing().rest() > 0)
                .sorted(Comparator.comparingLong(
                                (SourceSummary source) -> source.passing().rest())
                        .reversed())
                .limit(MAX_NAMED)
                .toList();
    }

    private List<String> newSenders(Sources sources, ViewPeriod period) throws StoreFailure {
        KnownSources known = reader.read(sources.domain(), period);
        long since = new OverviewQuery(rows, reader).newSince();
        return sources.sources().stream()
                .map(SourceSummary::name)
                .filter(name -> known.isNew(name, since))
                .toList();
    }
}
