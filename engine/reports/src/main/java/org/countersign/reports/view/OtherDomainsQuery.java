package org.countersign.reports.view;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.countersign.reports.view.OtherDomains.OtherDomain;
import org.countersign.reports.view.OtherDomains.Suppression;
import org.countersign.store.StoreFailure;

/** Reads what became of our reports about other domains. */
final class OtherDomainsQuery {
    private static final int MAX_SUPPRESSIONS = 100;

    private final Rows rows;

    OtherDomainsQuery(Rows rows) {
        this.rows = rows;
    }

    private static final class Counts {
        long messages;
        long reports;
        long sent;
        long waiting;
        long failed;
        long suppressed;
        String why = "";
        String last = "";

        boolean isUnsent() {
            return waiting + failed + suppressed > 0;
        }
    }

    OtherDomains read(ViewPeriod period, Instant now) throws StoreFailure {
        List<Object> days = List.of(period.first().toEpochDay(), period.last().toEpochDay());
        Map<String, Counts> domains = new LinkedHashMap<>();
        AtomicLong all = new AtomicLong();
        rows.each(
                "SELECT domain, sum(messages) AS n, count(*), count(*) OVER () FROM report_out"
                        + " WHERE day BETWEEN ? AND ? AND kind = 'aggregate' GROUP BY domain ORDER BY n DESC, domain LIMIT "
                        + OtherDomains.MAX_DOMAINS,
                days,
                row -> {
                    Counts counts = new Counts();
                    counts.messages = row.getLong(2);
                    counts.reports = row.getLong(3);
                    all.set(row.getLong(4));
                    domains.put(Rows.text(row, 1), counts);
                });
        if (!domains.isEmpty()) {
            readOutcomes(days, domains);
        }
        List<OtherDomain> listed = new ArrayList<>();
        domains.forEach((domain, counts) -> listed.add(new OtherDomain(
                domain,
                counts.messages,
                counts.reports,
                counts.sent,
                counts.waiting,
                counts.failed,
                counts.suppressed,
                counts.why.isEmpty() ? counts.last : counts.why)));
        return new OtherDomains(period, listed, all.get() - listed.size(), suppressions(now));
    }

    /** Reads what became of the reports about the domains that are listed. */
    private void readOutcomes(List<Object> days, Map<String, Counts> domains) throws StoreFailure {
        // Read from indexes alone: the rows of reports have the documents, and those of deliveries the replies.
        rows.each(
                "SELECT x.domain, coalesce(d.state, ''), count(*) FROM report_out x"
                        + " LEFT JOIN report_delivery d ON d.report_id = x.report_id"
                        + " WHERE x.day BETWEEN ? AND ? AND x.kind = 'aggregate' AND x.domain IN ("
                        + Rows.places(domains.size())
                        + ") GROUP BY x.domain, d.state",
                values(days, domains.keySet()),
                row -> add(domains.getOrDefault(Rows.text(row, 1), new Counts()), Rows.text(row, 2), row.getLong(3)));
        rows.each(
                // Few reports have a reason. With a plain condition for the kind SQLite takes the index by kind, and
                // reads the rows of all reports.
                "SELECT domain, max(why) FROM report_out WHERE why <> '' AND day BETWEEN ? AND ?"
                        + " AND coalesce(kind, '') = 'aggregate' AND domain IN (" + Rows.places(domains.size())
                        + ") GROUP BY domain",
                values(days, domains.keySet()),
                row -> domains.getOrDefault(Rows.text(row, 1), new Counts()).why = Rows.text(row, 2));
        List<String> unsent = domains.entrySet().stream()
                .filter(domain -> domain.getValue().isUnsent())
                .map(Map.Entry::getKey)
                .toList();
        if (!unsent.isEmpty()) {
            rows.each(
                    "SELECT x.domain, max(d.last) FROM report_out x"
                            + " JOIN report_delivery d ON d.report_id = x.report_id AND d.state <> 'sent'"
                            + " WHERE x.day BETWEEN ? AND ? AND x.kind = 'aggregate' AND x.domain IN ("
                            + Rows.places(unsent.size())
                            + ") GROUP BY x.domain",
                    values(days, unsent),
                    row -> domains.getOrDefault(Rows.text(row, 1), new Counts()).last = Rows.text(row, 2));
        }
    }

    private static List<Object> values(List<Object> days, Collection<String> domains) {
        List<Object> values = new ArrayList<>(days);
        values.addAll(domains);
        return values;
    }

    private static void add(Counts counts, String state, long number) {
        switch (state) {
            case "" -> {
                // No address got it, and the report says why.
            }
            case "sent" -> counts.sent += number;
            case "suppressed" -> counts.suppressed += number;
            case "failed", "expired" -> counts.failed += number;
            default -> counts.waiting += number;
        }
    }

    private List<Suppression> suppressions(Instant now) throws StoreFailure {
        return rows.list(
                "SELECT address, until, times, why FROM report_suppression WHERE until > ? ORDER BY until DESC, address"
                        + " LIMIT " + MAX_SUPPRESSIONS,
                List.of(now.getEpochSecond()),
                row -> new Suppression(
                        Rows.text(row, 1), Instant.ofEpochSecond(row.getLong(2)), row.getLong(3), Rows.text(row, 4)));
    }
}
