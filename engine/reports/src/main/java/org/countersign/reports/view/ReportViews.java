package org.countersign.reports.view;

import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.countersign.config.KeyEntry;
import org.countersign.dns.DnsClient;
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
    private final KnownSourcesReader known;
    private final InstantSource clock;
    private final ViewLimits limits;

    private ReportViews(Store store, OwnDomains own, MailServices services, InstantSource clock, ViewLimits limits) {
        this.store = store;
        this.rows = new Rows(store);
        this.own = own;
        this.known =
                new KnownSourcesReader(rows, services, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC), limits);
        this.limits = limits;
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
        return open(location, own, services, clock, ViewLimits.OF_THIS_HEAP);
    }

    static ReportViews open(
            StoreLocation location, OwnDomains own, MailServices services, InstantSource clock, ViewLimits limits)
            throws StoreFailure {
        Store store = Store.openForReading(location);
        try {
            if (!store.isFile()) {
                // Only within a transaction does the driver of PostgreSQL fetch rows in steps.
                store.connection().setAutoCommit(false);
            }
            return new ReportViews(store, own, services, clock, limits);
        } catch (SQLException error) {
            store.close();
            throw store.failure(error);
        }
    }

    /** The last days, today included, from reports of authenticated senders. */
    public ViewPeriod lastDays(int days) {
        return ViewPeriod.lastDays(days, clock.instant());
    }

    /** Whether a domain is one of the policy file or below one. */
    public boolean isOwn(DomainName domain) {
        return own.contains(domain);
    }

    /** Our own domains at a glance. */
    public Overview overview(ViewPeriod period) throws StoreFailure {
        SortedSet<String> names = new TreeSet<>();
        own.domains().stream().limit(Overview.MAX_DOMAINS).forEach(domain -> names.add(domain.toString()));
        boolean more = own.domains().size() > Overview.MAX_DOMAINS || addReported(names);
        return new OverviewQuery(rows, known).read(names, more, period);
    }

    /**
     * Adds the domains that sums exist for. Reporters choose them, below our own domains.
     *
     * @return whether there are more than may be listed
     */
    private boolean addReported(SortedSet<String> names) throws StoreFailure {
        // Jumps from one domain to the next one in the index.
        String last = "";
        while (true) {
            List<String> next = rows.list(
                    "SELECT domain FROM report_source_built WHERE domain > ? ORDER BY domain LIMIT 1",
                    List.of(last),
                    row -> Rows.text(row, 1));
            if (next.isEmpty()) {
                return false;
            }
            last = next.getFirst();
            if (names.size() >= Overview.MAX_DOMAINS && !names.contains(last)) {
                return true;
            }
            names.add(last);
        }
    }

    /** A domain over time, day by day. */
    public DomainHistory history(DomainName domain, ViewPeriod period) throws StoreFailure {
        return new HistoryQuery(rows, known).read(domain.toString(), period);
    }

    /** The sources of a domain's mail. */
    public Sources sources(DomainName domain, ViewPeriod period) throws StoreFailure {
        return new SourcesQuery(rows, known).read(domain.toString(), period);
    }

    /**
     * One source in detail.
     *
     * @param name as in the list of sources
     * @return empty if it has no message in the period
     */
    public Optional<Source> source(DomainName domain, String name, ViewPeriod period) throws StoreFailure {
        return new SourceQuery(rows, known).read(domain.toString(), name, period);
    }

    /**
     * Whether a domain is ready for {@code p=reject}.
     *
     * @param unauthenticated whether reports count whose sender is not authenticated
     */
    public Readiness ready(DomainName domain, boolean unauthenticated) throws StoreFailure {
        return new ReadinessQuery(rows, known).read(domain.toString(), unauthenticated);
    }

    /**
     * The selectors of a domain, with their keys in the DNS.
     *
     * @param configured the keys of the policy file
     * @param dns where keys are looked up, for five seconds at most; none is looked up if it is empty
     */
    public Selectors selectors(
            DomainName domain, ViewPeriod period, Collection<KeyEntry> configured, Optional<DnsClient> dns)
            throws StoreFailure {
        BiFunction<String, String, Selectors.Key> keys = dns.isPresent()
                ? new PublishedKeys(dns.get(), clock)::lookup
                : (signer, selector) -> new Selectors.Key.Unknown();
        return new SelectorsQuery(rows, keys, limits).read(domain.toString(), period, configured);
    }

    /** What became of our reports about other domains. */
    public OtherDomains others(ViewPeriod period) throws StoreFailure {
        return new OtherDomainsQuery(rows).read(period, clock.instant());
    }

    /** The reports that came in; the period is that of their arrival. */
    public ReceivedReports received(ViewPeriod period) throws StoreFailure {
        return new ReceivedQuery(rows).received(period);
    }

    /** When the last report came, whether in the period or not. Reports count of those senders that the period counts. */
    public Optional<Instant> lastReport(ViewPeriod period) throws StoreFailure {
        return new ReceivedQuery(rows).last(period.unauthenticated());
    }

    /** What came in and was refused; the period is that of its arrival. */
    public RefusedReports refused(ViewPeriod period) throws StoreFailure {
        return new ReceivedQuery(rows).refused(period);
    }

    /** A week, or another period, compared with the one before. */
    public Digest digest(ViewPeriod period) throws StoreFailure {
        return new DigestQuery(rows, known)
                .read(overview(period), received(period), refused(period).total());
    }

    @Override
    public void close() {
        store.close();
    }
}
