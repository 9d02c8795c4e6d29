package org.countersign.reports.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.reports.view.ReportStore.DOMAIN;
import static org.countersign.reports.view.ReportStore.TODAY;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.stream.Collectors;
import org.countersign.reports.view.WrittenReport.Row;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How sources are named, and which kind they are. */
class SourceKindTest {
    private static final String OWN_SERVER = "192.0.2.10";
    private static final String SERVICE = "198.51.100.7";
    private static final String STRANGER = "203.0.113.66";

    @TempDir
    private Path temp;

    private ReportStore store;

    @BeforeEach
    void open() throws StoreFailure {
        store = new ReportStore(new StoreLocation.File(temp.resolve("store.db")), "192.0.2.0/28");
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void received(int daysAgo, Row... rows) throws SQLException, StoreFailure {
        WrittenReport report = WrittenReport.of("receiver.example", "example.org", TODAY.minusDays(daysAgo));
        for (Row row : rows) {
            report.row(row);
        }
        store.with(report);
    }

    private Map<String, SourceKind> kinds() throws StoreFailure {
        try (ReportViews views = store.views()) {
            return views.sources(DOMAIN, views.lastDays(400)).sources().stream()
                    .collect(Collectors.toMap(Sources.SourceSummary::name, Sources.SourceSummary::kind));
        }
    }

    private DomainHistory.Day total() throws StoreFailure {
        try (ReportViews views = store.views()) {
            return views.history(DOMAIN, views.lastDays(400)).total();
        }
    }

    @Test
    void isOursIfMostOfItsMailComesFromOurNetworks() throws Exception {
        received(1, Row.of(OWN_SERVER, 9));
        assertThat(kinds()).containsExactly(Map.entry("192.0.2.0/24", SourceKind.OURS));
        assertThat(total().knownFailing()).isEqualTo(9);
    }

    @Test
    void isASenderAfterAnAlignedPass() throws Exception {
        received(1, Row.of(SERVICE, 5).alignedSpf().spf("pass", "example.org"));
        assertThat(kinds()).containsExactly(Map.entry("198.51.100.0/24", SourceKind.SENDER));
    }

    @Test
    void isKnownButFailingNinetyDaysAfterItsLastPass() throws Exception {
        received(90, Row.of(SERVICE, 5).alignedSpf().spf("pass", "example.org"));
        received(1, Row.of(SERVICE, 3));
        assertThat(kinds()).containsExactly(Map.entry("198.51.100.0/24", SourceKind.KNOWN_FAILING));
        assertThat(total().knownFailing()).isEqualTo(3);
    }

    @Test
    void isASenderEightyNineDaysAfterItsLastPass() throws Exception {
        received(89, Row.of(SERVICE, 5).alignedSpf().spf("pass", "example.org"));
        received(1, Row.of(SERVICE, 3));
        assertThat(kinds()).containsExactly(Map.entry("198.51.100.0/24", SourceKind.SENDER));
        assertThat(total().knownFailing()).isEqualTo(3);
    }

    @Test
    void isUnknownWithoutAnyPass() throws Exception {
        received(1, Row.of(STRANGER, 5).spf("softfail", "example.org").dkim("fail", "example.org", "s1"));
        assertThat(kinds()).containsExactly(Map.entry("203.0.113.0/24", SourceKind.UNKNOWN));
        assertThat(total().unknown()).isEqualTo(5);
    }

    @Test
    void isAForwarderIfItCarriesTheSignatureOfAnotherSource() throws Exception {
        received(
                1,
                Row.of(OWN_SERVER, 50).alignedDkim().alignedSpf().dkim("pass", "example.org", "s1"),
                Row.of(STRANGER, 2)
                        .alignedDkim()
                        .envelope("alumni.example")
                        .dkim("pass", "example.org", "s1")
                        .spf("pass", "alumni.example"),
                Row.of(STRANGER, 1).envelope("alumni.example").spf("pass", "alumni.example"));
        assertThat(kinds()).containsEntry("alumni.example", SourceKind.FORWARDER);
        assertThat(total().passing()).isEqualTo(52);
        assertThat(total().forwarded()).isEqualTo(1);
    }

    @Test
    void isASenderIfItMakesTheSignatureItselfUnderItsOwnEnvelope() throws Exception {
        received(
                1,
                Row.of(OWN_SERVER, 50).alignedDkim().alignedSpf().dkim("pass", "example.org", "s1"),
                Row.of(SERVICE, 20)
                        .alignedDkim()
                        .envelope("bounce.sendgrid.net")
                        .dkim("pass", "example.org", "sg")
                        .dkim("pass", "sendgrid.net", "smtpapi"),
                // Somebody has passed on a message of the service.
                Row.of(STRANGER, 1)
                        .alignedDkim()
                        .envelope("list.example")
                        .dkim("pass", "example.org", "sg")
                        .spf("pass", "list.example"));
        assertThat(kinds())
                .containsEntry("Twilio SendGrid", SourceKind.SENDER)
                .containsEntry("list.example", SourceKind.FORWARDER);
    }

    @Test
    void isAForwarderIfAReasonSaysSo() throws Exception {
        received(
                1,
                Row.of(STRANGER, 4).reasons("mailing_list").dkim("pass", "lists.example", "l1"),
                Row.of(SERVICE, 4)
                        .reasons("local_policy arc=pass as[1].d=relay.example")
                        .spf("pass", "relay.example"));
        assertThat(kinds())
                .containsEntry("lists.example", SourceKind.FORWARDER)
                .containsEntry("relay.example", SourceKind.FORWARDER);
        assertThat(total().forwarded()).isEqualTo(8);
    }

    @Test
    void isNoForwarderBecauseOfAnotherLocalPolicy() throws Exception {
        received(1, Row.of(STRANGER, 4).reasons("local_policy welcome").spf("pass", "relay.example"));
        assertThat(kinds()).containsExactly(Map.entry("relay.example", SourceKind.UNKNOWN));
    }

    @Test
    void isKnownIfItSharesTheNameOfASender() throws Exception {
        received(
                1,
                Row.of(SERVICE, 20)
                        .alignedDkim()
                        .dkim("pass", "example.org", "sg")
                        .dkim("pass", "sendgrid.net", "x"),
                Row.of(STRANGER, 3).dkim("pass", "sendgrid.com", "y"));
        assertThat(kinds()).containsExactly(Map.entry("Twilio SendGrid", SourceKind.SENDER));
        assertThat(total().knownFailing()).isEqualTo(3);
    }

    @Test
    void isKnownIfItsConfirmedNameIsOurs() throws Exception {
        store.execute("INSERT INTO report_source_name (source_ip, name, until) VALUES ('203.0.113.66',"
                + " 'mail2.example.org', 0)");
        received(1, Row.of(STRANGER, 3));
        assertThat(kinds()).containsExactly(Map.entry("example.org", SourceKind.KNOWN_FAILING));
        assertThat(total().knownFailing()).isEqualTo(3);
    }

    @Test
    void isNamedByTheForeignSignatureFirst() throws Exception {
        store.execute("INSERT INTO report_source_name (source_ip, name, until) VALUES ('203.0.113.66',"
                + " 'a.b.host.example', 0)");
        received(1, Row.of(STRANGER, 1).dkim("pass", "mail.signer.example", "x").spf("pass", "envelope.example"));
        received(2, Row.of(STRANGER, 1).dkim("fail", "mail.signer.example", "x").spf("pass", "envelope.example"));
        received(3, Row.of(SERVICE, 1).spf("pass", "m.envelope.example"));
        received(4, Row.of("2001:db8:1:2::3", 1).spf("fail", "envelope.example"));
        assertThat(kinds().keySet())
                .containsExactlyInAnyOrder("signer.example", "host.example", "envelope.example", "2001:db8:1::/48");
    }

    @Test
    void leavesOutReportsOfUnauthenticatedSenders() throws Exception {
        store.with(
                WrittenReport.of("forger.example", "example.org", TODAY)
                        .auth("none")
                        .row(Row.of(STRANGER, 1_000).alignedSpf().spf("pass", "example.org")),
                WrittenReport.of("by.hand", "example.org", TODAY).auth("given").row(Row.of(STRANGER, 1)));
        assertThat(kinds()).containsExactly(Map.entry("203.0.113.0/24", SourceKind.UNKNOWN));
        try (ReportViews views = store.views()) {
            Sources all = views.sources(DOMAIN, views.lastDays(30).withUnauthenticated());
            assertThat(all.sources().getFirst().messages()).isEqualTo(1_001);
            assertThat(all.sources().getFirst().kind()).isEqualTo(SourceKind.SENDER);
            assertThat(views.overview(views.lastDays(30)).unauthenticated()).isZero();
        }
    }
}
