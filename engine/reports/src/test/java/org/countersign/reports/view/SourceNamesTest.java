package org.countersign.reports.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.reports.view.ReportStore.DOMAIN;
import static org.countersign.reports.view.ReportStore.TODAY;

import java.nio.file.Path;
import java.time.Duration;
import org.countersign.dns.StaticZone;
import org.countersign.reports.source.SourceNames;
import org.countersign.reports.view.WrittenReport.Row;
import org.countersign.store.StoreLocation;
import org.countersign.testing.DeadlineDns;
import org.countersign.testing.SteppingClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of addresses in the DNS. */
class SourceNamesTest {
    private static final StaticZone ZONE = StaticZone.builder()
            .ptr("7.100.51.198.in-addr.arpa", "out.mail.host.example")
            .address("out.mail.host.example", "198.51.100.7")
            .ptr("66.113.0.203.in-addr.arpa", "mail.example.org")
            .address("mail.example.org", "192.0.2.1")
            .build();

    private static final Duration KEEP = Duration.ofDays(400);

    @TempDir
    private Path temp;

    @Test
    void countIfTheyLeadBackToTheirAddress() throws Exception {
        try (ReportStore store = new ReportStore(new StoreLocation.File(temp.resolve("store.db")))) {
            WrittenReport.of("receiver.example", "example.org", TODAY.minusDays(1))
                    .row(Row.of("198.51.100.7", 3))
                    .row(Row.of("203.0.113.66", 2))
                    .insert(store.store);
            store.store.commit();
            assertThat(store.days.update(KEEP)).isEqualTo(1);
            SourceNames names = new SourceNames(store.store, ZONE, ReportStore.CLOCK);
            assertThat(names.lookup(store.days)).isEqualTo(2);
            assertThat(names.lookup(store.days)).as("kept for seven days").isZero();
            try (ReportViews views = store.views()) {
                assertThat(views.sources(DOMAIN, views.lastDays(7)).sources())
                        .extracting(Sources.SourceSummary::name)
                        .containsExactly("host.example", "203.0.113.0/24");
            }
        }
    }

    @Test
    void areFoundAfterTheClockOfTheHostWasSetBack() throws Exception {
        SteppingClock clock = new SteppingClock(ReportStore.CLOCK.instant());
        clock.step(Duration.ofHours(-3));
        try (ReportStore store = new ReportStore(new StoreLocation.File(temp.resolve("store.db")))) {
            WrittenReport.of("receiver.example", "example.org", TODAY.minusDays(1))
                    .row(Row.of("198.51.100.7", 3))
                    .insert(store.store);
            store.store.commit();
            assertThat(store.days.update(KEEP)).isEqualTo(1);
            SourceNames names = new SourceNames(store.store, new DeadlineDns(ZONE, clock), clock);
            assertThat(names.lookup(store.days)).isEqualTo(1);
            try (ReportViews views = store.views()) {
                assertThat(views.sources(DOMAIN, views.lastDays(7)).sources())
                        .extracting(Sources.SourceSummary::name)
                        .containsExactly("host.example");
            }
        }
    }
}
