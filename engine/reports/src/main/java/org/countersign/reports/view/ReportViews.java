package org.countersign.reports.view;

import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.countersign.domain.DomainName;
import org.countersign.reports.source.MailServices;
import org.countersign.reports.source.OwnDomains;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;

/**
 * The views over the reports of a store: queries that change nothing. The statements are the same for SQLite and
 * PostgreSQL. Texts in the results are those of strangers, unescaped. For one thread.
 */
public final class ReportViews implements AutoCloseable {
    private final Store store;
    private final Rows rows;
    private final OwnDomains own;
    private final MailServices services;
    private final InstantSource clock;

    private ReportViews(Store store, OwnDomains own, MailServices services, InstantSource clock) {
        this.store = store;
        this.rows = new Rows(store);
        this.own = own;
        this.services = services;
        this.clock = clock;
    }

    /**
     * Opens a store for reading, while a service writes to it or none does.
     *
     * @param own the domains of the policy file
     * @throws StoreFailure if the store does not exist, cannot be read, or is of another version
     */
    public static ReportViews open(StoreLocation location, OwnDomains own, MailServices services, InstantSource clock)
            throws StoreFailure {
        return new ReportViews(Store.openForReading(location), own, services, clock);
    }

    /** The last days, today included, from reports of authenticated senders. */
    public ViewPeriod lastDays(int days) {
        return ViewPeriod.lastDays(days, clock.instant());
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    /** Our own domains at a glance. */
    public Overview overview(ViewPeriod period) throws StoreFailure {
        return new OverviewQuery(rows, services, today()).read(domains(), period);
    }

    /** The domains of the policy file and those that sums exist for, in the order of their names. */
    private SortedSet<String> domains() throws StoreFailure {
        SortedSet<String> names = new TreeSet<>();
        own.domains().forEach(domain -> names.add(domain.toString()));
        // Jumps from one domain to the next one in the index.
        String last = "";
        while (true) {
            List<String> next = rows.list(
                    "SELECT domain FROM report_source_built WHERE domain > ? ORDER BY domain LIMIT 1",
                    List.of(last),
                    row -> Rows.text(row, 1));
            if (next.isEmpty()) {
                return names;
            }
            last = next.getFirst();
            names.add(last);
        }
    }

    /** A domain over time, day by day. */
    public DomainHistory history(DomainName domain, ViewPeriod period) throws StoreFailure {
        return new HistoryQuery(rows, services, today()).read(domain.toString(), period);
    }

    /** The sources of a domain's mail. */
    public Sources sources(DomainName domain, ViewPeriod period) throws StoreFailure {
        return new SourcesQuery(rows, services, today()).read(domain.toString(), period);
    }

    @Override
    public void close() {
        store.close();
    }
}
