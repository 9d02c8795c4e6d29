package org.countersign.reports.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.reports.source.NamedSources;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.countersign.testing.SharedPostgresql;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Each view says the same of the same reports, be they in a file or in PostgreSQL. */
class SharedViewsTest {
    @RegisterExtension
    static final SharedPostgresql POSTGRESQL = new SharedPostgresql();

    @TempDir
    private Path temp;

    private static List<Object> views(StoreLocation location) throws Exception {
        ExampleReports.write(location);
        name(location);
        List<Object> all = new ArrayList<>();
        try (ReportStore store = new ReportStore(location, ExampleReports.DOMAINS, ExampleReports.NETWORK);
                ReportViews views = store.views()) {
            for (ViewPeriod period : List.of(views.lastDays(30), views.lastDays(400))) {
                all.add(views.overview(period));
                all.add(views.others(period));
                all.add(views.received(period));
                all.add(views.refused(period));
                all.add(views.digest(period));
                for (DomainName domain : ExampleReports.DOMAINS) {
                    all.add(views.history(domain, period));
                    all.add(views.ready(domain, true));
                    all.add(views.selectors(domain, period, List.of(), Optional.empty()));
                    Sources sources = views.sources(domain, period);
                    all.add(sources);
                    for (Sources.SourceSummary source : sources.sources()) {
                        all.add(views.source(domain, source.name(), period).orElseThrow());
                    }
                }
            }
        }
        return all;
    }

    private static void name(StoreLocation location) throws StoreFailure {
        try (Store store = Store.openForWriting(location)) {
            NamedSources names = new NamedSources(store, ReportStore.CLOCK);
            DomainName domain = DomainName.of("example.org");
            names.name(domain, "198.51.100.0/24", "The printer", true);
            names.name(domain, "The printer", "The copier", false);
            names.name(domain, "203.0.113.0/24", "Nobody", false);
            names.name(domain, "Nobody", "", false);
            assertThat(NamedSources.read(store, "example.org"))
                    .containsExactly(new NamedSources.NamedSource("198.51.100.0/24", "The copier", false));
        }
    }

    @Test
    void bothDatabasesShowTheSame() throws Exception {
        List<Object> file = views(new StoreLocation.File(temp.resolve("store.db")));
        List<Object> database = views(POSTGRESQL.newDatabase("views"));
        assertThat(database).hasSameSizeAs(file).hasSizeGreaterThan(30);
        for (int i = 0; i < file.size(); i++) {
            assertThat(database.get(i).equals(file.get(i)))
                    .as("file: %s%ndatabase: %s", file.get(i), database.get(i))
                    .isTrue();
        }
    }
}
