package org.countersign.reports.view;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.countersign.reports.view.Overview.DomainSummary;
import org.countersign.store.StoreFailure;

/** Reads the sums of each domain, for the first page of the views. */
final class OverviewQuery {
    /** A sender is new for this many days after its first aligned pass. */
    static final int NEW_DAYS = 14;

    private final Rows rows;
    private final KnownSourcesReader reader;

    OverviewQuery(Rows rows, KnownSourcesReader reader) {
        this.rows = rows;
        this.reader = reader;
    }

    Overview read(Collection<String> domains, boolean more, ViewPeriod period) throws StoreFailure {
        List<DomainSummary> summaries = new ArrayList<>();
        for (String domain : domains) {
            summaries.add(summary(domain, period));
        }
        return new Overview(period, summaries, more, unauthenticated(period));
    }

    private DomainSummary summary(String domain, ViewPeriod period) throws StoreFailure {
        DomainHistory history = new HistoryQuery(rows, reader).read(domain, period);
        DomainHistory.Day total = history.total();
        return new DomainSummary(
                domain,
                total.share(),
                total.knownFailing() + total.unknown(),
                newSources(domain, period),
                policy(domain, period),
                (int) history.days().stream().filter(DomainHistory.Day::hasData).count(),
                history.days().reversed().stream()
                        .filter(DomainHistory.Day::hasData)
                        .map(DomainHistory.Day::date)
                        .findFirst());
    }

    private int newSources(String domain, ViewPeriod period) throws StoreFailure {
        long since = newSince();
        return reachesBack(domain, since) ? reader.read(domain, period).newSenders(since) : 0;
    }

    /** A sender is new if its first aligned pass was on this day or later. */
    long newSince() {
        return reader.today().toEpochDay() - NEW_DAYS + 1;
    }

    /** Whether the data of a domain begin before a day. In the first days of data every sender would be new. */
    boolean reachesBack(String domain, long day) throws StoreFailure {
        return rows.number(
                        "SELECT count(*) FROM (SELECT 1 FROM report_source_day WHERE domain = ? AND day < ? LIMIT 1) AS one",
                        domain,
                        day)
                > 0;
    }

    /** The policy in the latest report, in the form of the DNS record. */
    private String policy(String domain, ViewPeriod period) throws StoreFailure {
        return rows
                .list(
                        "SELECT content FROM report_source_fact WHERE domain = ? AND source = '' AND fact = 'policy'"
                                + " AND origin IN (" + Origins.of(period)
                                + ") ORDER BY day DESC, messages DESC LIMIT 1",
                        List.of(domain),
                        row -> Rows.text(row, 1))
                .stream()
                .findFirst()
                .orElse("");
    }

    private long unauthenticated(ViewPeriod period) throws StoreFailure {
        return rows.number(
                "SELECT count(*) FROM received_report WHERE got_at >= ? AND got_at < ? AND auth NOT IN ('pass', 'given')",
                period.first().toEpochDay() * 86_400,
                (period.last().toEpochDay() + 1) * 86_400);
    }
}
