package org.countersign.reports.view;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    }

    OtherDomains read(ViewPeriod period, Instant now) throws StoreFailure {
        long first = period.first().toEpochDay();
        long last = period.last().toEpochDay();
        Map<String, Counts> domains = new LinkedHashMap<>();
        rows.each(
                "SELECT domain, sum(messages) AS n, count(*), max(why) FROM report_out WHERE day BETWEEN ? AND ?"
                        + " GROUP BY domain ORDER BY n DESC, domain LIMIT " + OtherDomains.MAX_DOMAINS,
                List.of(first, last),
                row -> {
                    Counts counts = new Counts();
                    counts.messages = row.getLong(2);
                    counts.reports = row.getLong(3);
                    counts.why = Rows.text(row, 4);
                    domains.put(Rows.text(row, 1), counts);
                });
        rows.each(
                "SELECT o.domain, d.state, count(*), max(d.last) FROM report_out o JOIN report_delivery d"
                        + " ON d.report_id = o.report_id WHERE o.day BETWEEN ? AND ? GROUP BY o.domain, d.state",
                List.of(first, last),
                row -> {
                    Counts counts = domains.get(Rows.text(row, 1));
                    if (counts != null) {
                        add(counts, Rows.text(row, 2), row.getLong(3), Rows.text(row, 4));
                    }
                });
        long all = rows.number("SELECT count(DISTINCT domain) FROM report_out WHERE day BETWEEN ? AND ?", first, last);
        List<OtherDomain> listed = new ArrayList<>();
        domains.forEach((domain, counts) -> listed.add(new OtherDomain(
                domain,
                counts.messages,
                counts.reports,
                counts.sent,
                counts.waiting,
                counts.failed,
                counts.suppressed,
                counts.why)));
        return new OtherDomains(period, listed, all - listed.size(), suppressions(now));
    }

    private static void add(Counts counts, String state, long number, String last) {
        switch (state) {
            case "sent" -> counts.sent += number;
            case "suppressed" -> counts.suppressed += number;
            case "failed", "expired" -> {
                counts.failed += number;
                counts.why = counts.why.isEmpty() ? last : counts.why;
            }
            default -> {
                counts.waiting += number;
                counts.why = counts.why.isEmpty() ? last : counts.why;
            }
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
