package org.countersign.reports.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.reports.view.ReportStore.CLOCK;
import static org.countersign.reports.view.ReportStore.DOMAIN;
import static org.countersign.reports.view.ReportStore.TODAY;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.countersign.reports.source.MailServices;
import org.countersign.reports.source.OwnDomains;
import org.countersign.reports.view.WrittenReport.Row;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What reporters can make a view do that runs in the process that judges mail. */
class ViewLimitsTest {
    private static final int FEW = 5;

    @TempDir
    private Path temp;

    private StoreLocation location;
    private ReportStore store;

    @BeforeEach
    void open() throws StoreFailure {
        location = new StoreLocation.File(temp.resolve("store.db"));
        store = new ReportStore(location);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private ReportViews limited() throws StoreFailure {
        return ReportViews.open(
                location,
                new OwnDomains(List.of(DOMAIN), List.of()),
                MailServices.bundled(),
                CLOCK,
                new ViewLimits(FEW));
    }

    private void sum(String domain, String source, String flow, int aligned, long messages) throws SQLException {
        try (PreparedStatement insert = store.store
                .connection()
                .prepareStatement("INSERT INTO report_source_day (domain, day, origin, source, flow, aligned,"
                        + " disposition, messages) VALUES (?, ?, 'r', ?, ?, ?, 1, ?)")) {
            List<Object> values = List.of(domain, TODAY.toEpochDay(), source, flow, aligned, messages);
            for (int i = 0; i < values.size(); i++) {
                insert.setObject(i + 1, values.get(i));
            }
            insert.executeUpdate();
        }
    }

    private void fact(String source, String fact, String content, long messages) throws SQLException {
        try (PreparedStatement insert = store.store
                .connection()
                .prepareStatement("INSERT INTO report_source_fact (domain, day, origin, source, fact, content, passed,"
                        + " messages) VALUES (?, ?, 'r', ?, ?, ?, ?, ?)")) {
            List<Object> values =
                    List.of(DOMAIN.toString(), TODAY.toEpochDay(), source, fact, content, messages, messages);
            for (int i = 0; i < values.size(); i++) {
                insert.setObject(i + 1, values.get(i));
            }
            insert.executeUpdate();
        }
    }

    @Test
    void aSmallHeapKnowsFewerSources() {
        assertThat(ViewLimits.ofHeap(64 << 20).sources()).isEqualTo(8_192);
        assertThat(ViewLimits.ofHeap(1 << 20).sources()).isEqualTo(1_000);
        assertThat(ViewLimits.ofHeap(1L << 40).sources()).isEqualTo(100_000);
    }

    @Test
    void ofTooManySourcesThoseWithTheMostMessagesAreKnownAndAllMessagesCount() throws Exception {
        for (int i = 1; i <= 4 * FEW; i++) {
            sum("example.org", "s" + i + ".example", "d", 3, i);
        }
        store.store.commit();
        try (ReportViews views = limited()) {
            Sources sources = views.sources(DOMAIN, views.lastDays(30));
            assertThat(sources.sources()).hasSize(4 * FEW);
            assertThat(sources.sources().stream()
                            .filter(source -> source.kind() == SourceKind.SENDER)
                            .map(Sources.SourceSummary::name))
                    .containsExactly("s20.example", "s19.example", "s18.example", "s17.example", "s16.example");
            assertThat(views.history(DOMAIN, views.lastDays(30)).total().passing())
                    .isEqualTo(210);
        }
    }

    @Test
    void manyForwardersAreStillForwarded() throws Exception {
        for (int i = 1; i <= 4 * FEW; i++) {
            sum("example.org", "f" + i + ".example", "f", 0, i);
        }
        store.store.commit();
        try (ReportViews views = limited()) {
            DomainHistory.Day total = views.history(DOMAIN, views.lastDays(30)).total();
            assertThat(total.forwarded() + total.unknown()).isEqualTo(210);
            assertThat(total.forwarded()).isEqualTo(20 + 19 + 18 + 17 + 16);
        }
    }

    @Test
    void aSourceShowsTheValuesWithTheMostMessages() throws Exception {
        sum("example.org", "esp.example", "d", 3, 1);
        for (int i = 0; i < 3 * Source.MAX_VALUES; i++) {
            fact("esp.example", "selector", "esp.example s" + i, i);
            fact("esp.example", "address", "192.0.2." + i, i);
        }
        store.store.commit();
        try (ReportViews views = limited()) {
            Source source =
                    views.source(DOMAIN, "esp.example", views.lastDays(30)).orElseThrow();
            assertThat(source.signatures()).hasSize(Source.MAX_VALUES);
            assertThat(source.signatures().getFirst().text()).isEqualTo("esp.example s" + (3 * Source.MAX_VALUES - 1));
            assertThat(source.addresses()).hasSize(Source.MAX_VALUES);
        }
    }

    @Test
    void selectorsWithTheMostValidSignaturesAreListed() throws Exception {
        for (int i = 0; i < 4 * FEW; i++) {
            fact("", "selector", "example.org s" + i, i + 1);
        }
        store.store.commit();
        try (ReportViews views = limited()) {
            assertThat(views.selectors(DOMAIN, views.lastDays(30), List.of(), Optional.empty()).selectors().stream()
                            .map(Selectors.Selector::selector))
                    .containsExactly("s19", "s18", "s17", "s16", "s15");
        }
    }

    @Test
    void domainsBelowOursThatReportersInventAreNotListedWithoutEnd() throws Exception {
        store.execute("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 700)"
                + " INSERT INTO report_source_built (domain, day, built_at)"
                + " SELECT 'a' || i || '.example.org', 1, 1 FROM n");
        try (ReportViews views = store.views()) {
            Overview overview = views.overview(views.lastDays(30));
            assertThat(overview.domains()).hasSize(Overview.MAX_DOMAINS);
            assertThat(overview.domains()).anyMatch(domain -> domain.domain().equals("example.org"));
            assertThat(overview.more()).isTrue();
        }
    }

    @Test
    void fewDomainsAreAllListed() throws Exception {
        store.with(WrittenReport.of("receiver.example", "example.org", TODAY.minusDays(1))
                .row(Row.of("192.0.2.1", 1)));
        try (ReportViews views = store.views()) {
            assertThat(views.overview(views.lastDays(30)).more()).isFalse();
        }
    }

    @Test
    void numbersThatAReporterInventsDoNotOverflow() throws Exception {
        for (int i = 0; i < 60; i++) {
            store.with(WrittenReport.of("r" + i % 3 + ".example", "example.org", TODAY.minusDays(i / 3 + 1L))
                    .row(Row.of("192.0.2.1", 1)));
        }
        store.execute("UPDATE received_report SET messages = 200000000000000000");
        try (ReportViews views = store.views()) {
            ReceivedReports received = views.received(views.lastDays(30));
            assertThat(received.reporters())
                    .hasSize(3)
                    .allSatisfy(reporter -> assertThat(reporter.messages()).isEqualTo(20_000_000_000_000L));
            assertThat(views.overview(views.lastDays(30)).domains()).hasSize(1);
        }
    }

    @Test
    void remarksThatAReporterProvokesAreCutAndTheMostFrequentStay() throws Exception {
        for (int day = 1; day <= 4; day++) {
            int number = day;
            String noise = IntStream.range(0, 200)
                    .mapToObj(i -> "noise " + number + "-" + i)
                    .collect(Collectors.joining("\n"));
            store.with(WrittenReport.of("receiver.example", "example.org", TODAY.minusDays(day))
                    .remarks(day < 3 ? "no version" : noise)
                    .row(Row.of("192.0.2.1", 1)));
        }
        try (ReportViews views = store.views()) {
            ReceivedReports received = views.received(views.lastDays(30));
            assertThat(received.reporters().getFirst().remarks())
                    .hasSize(ReceivedReports.MAX_REMARKS)
                    .startsWith(new ReceivedReports.Remark("no version", 2));
            assertThat(received.latest())
                    .allSatisfy(report -> assertThat(report.remarks()).hasSizeLessThanOrEqualTo(1_000));
        }
    }
}
