package org.countersign.reports.view;

import java.sql.SQLException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.countersign.domain.DomainName;
import org.countersign.reports.source.MailServices;
import org.countersign.reports.source.OwnDomains;
import org.countersign.reports.source.SourceDays;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;

/** A store with reports, on a fixed day. */
public final class ReportStore implements AutoCloseable {
    public static final LocalDate TODAY = LocalDate.of(2026, 11, 28);
    public static final DomainName DOMAIN = DomainName.of("example.org");
    public static final InstantSource CLOCK =
            InstantSource.fixed(TODAY.atTime(LocalTime.NOON).toInstant(ZoneOffset.UTC));

    private final StoreLocation location;
    private final OwnDomains own;
    private final MailServices services = MailServices.bundled();
    final Store store;
    final SourceDays days;

    public ReportStore(StoreLocation location, String... networks) throws StoreFailure {
        this(location, List.of(DOMAIN), networks);
    }

    /** A store of a site with these domains. */
    ReportStore(StoreLocation location, List<DomainName> domains, String... networks) throws StoreFailure {
        this.location = location;
        this.own = new OwnDomains(
                domains,
                Arrays.stream(networks)
                        .map(text ->
                                org.countersign.domain.IpNetwork.parse(text).orElseThrow())
                        .toList());
        store = Store.openForWriting(location);
        days = new SourceDays(store, own, services, CLOCK);
    }

    /** Writes reports and sums up their days. */
    public ReportStore with(WrittenReport... reports) throws SQLException, StoreFailure {
        for (WrittenReport report : reports) {
            report.insert(store);
            store.commit();
            days.rebuild(DomainName.of(report.domain()), report.date().toEpochDay());
        }
        return this;
    }

    /** Runs a statement and commits. */
    void execute(String sql) throws SQLException {
        try (var statement = store.connection().createStatement()) {
            statement.executeUpdate(sql);
        }
        store.commit();
    }

    public ReportViews views() throws StoreFailure {
        return ReportViews.open(location, own, services, CLOCK);
    }

    @Override
    public void close() {
        store.close();
    }
}
