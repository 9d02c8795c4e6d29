package org.countersign.postfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.postfix.ReportedDomains.address;
import static org.countersign.postfix.ReportedDomains.client;
import static org.countersign.postfix.ReportedDomains.domain;
import static org.countersign.postfix.ReportedDomains.forged;
import static org.countersign.postfix.ReportedDomains.genuine;
import static org.countersign.postfix.ReportedDomains.policy;
import static org.countersign.postfix.TwoReportingSites.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.countersign.reports.document.AggregateReport;
import org.countersign.reports.document.AggregateReportReader;
import org.countersign.reports.document.ReadLimits;
import org.countersign.reports.document.ReadResult;
import org.countersign.reports.document.ReportSchemaValidator;
import org.countersign.reports.document.ReportSource;
import org.countersign.reports.document.ReportedRow;
import org.countersign.reports.receive.Outcome;
import org.countersign.reports.send.SimulatedSending;
import org.countersign.testing.ManualClock;
import org.countersign.testing.SmtpConnection;
import org.junit.jupiter.api.Test;

/**
 * Reports go from one site to another, where nothing fails. The day after the mail, each report is read as its receiver would
 * read it.
 */
class ReportsEndToEndIT extends TwoSitesTestBase {
    @Test
    void theDayAfterEachDomainGetsOneReportAndReportsOfReportsAreNotSent() throws Exception {
        for (int i = 0; i < ReportedDomains.COUNT; i++) {
            sites.sendMessages(i);
        }
        // The reports arrive in the world while its clock shows the next day.
        sites.goOnAt(1);
        List<SimulatedSending.Attempt> attempts;
        try (SimulatedSending sender = sites.receiver.sender("a", morning(1))) {
            sender.runUntil(day(2));
            attempts = sender.attempts();
        }
        assertThat(attempts).hasSize(ReportedDomains.COUNT - 1).allMatch(SimulatedSending.Attempt::accepted);
        checkSpacing(attempts);
        await(() -> sites.arrived() >= ReportedDomains.COUNT - 1);
        for (int i = 0; i < ReportedDomains.COUNT; i++) {
            assertThat(sites.arrived(i)).as(domain(i)).hasSize(i == ReportedDomains.WITHOUT_CONSENT ? 0 : 1);
            if (i != ReportedDomains.WITHOUT_CONSENT) {
                checkReport(i, sites.arrived(i).getFirst());
            }
        }

        checkReader();
        feedBack();
    }

    /** The reader of the other site stores each report, and has the same sums. */
    private void checkReader() throws Exception {
        long messages = 0;
        for (int i = 0; i < ReportedDomains.COUNT; i++) {
            if (i != ReportedDomains.WITHOUT_CONSENT) {
                assertThat(sites.world.read(address(i))).singleElement().isInstanceOf(Outcome.Stored.class);
                messages += genuine(i) + forged(i);
            }
        }
        assertThat(sites.world.query("SELECT sum(messages) FROM received_report WHERE auth = 'pass'"))
                .containsExactly(Long.toString(messages));
    }

    private void checkSpacing(List<SimulatedSending.Attempt> attempts) {
        assertThat(attempts.getFirst().at()).isAfter(day(1).plus(Duration.ofMinutes(30)));
        assertThat(attempts.getLast().at()).isBefore(day(1).plus(Duration.ofHours(6)));
        Duration even = Duration.ofHours(5).dividedBy(ReportedDomains.COUNT);
        for (int i = 1; i < attempts.size(); i++) {
            assertThat(Duration.between(
                            attempts.get(i - 1).at(), attempts.get(i).at()))
                    .isGreaterThan(even.dividedBy(2));
        }
    }

    /** The world has received reports, and sends them on to the receiver. Nobody reports about that in the next days. */
    private void feedBack() throws Exception {
        for (int day = 1; day <= 3; day++) {
            List<DeliveredMessage> all = new ArrayList<>();
            for (int i = 0; i < ReportedDomains.COUNT; i++) {
                all.addAll(sites.arrived(i));
            }
            try (SmtpConnection smtp = sites.receiver.postfix.inbound().pretend("203.0.113.9", "mx.world.example")) {
                for (DeliveredMessage message : all) {
                    assertThat(smtp.send(
                                            "dmarc-noreply@reports.receiver.example",
                                            List.of(ReportingSite.from(TwoReportingSites.RECEIVER)
                                                    .toString()),
                                            message.octets())
                                    .isPositive())
                            .isTrue();
                }
            }
            sites.goOnAt(day + 1);
            for (ReportingSite site : List.of(sites.receiver, sites.world)) {
                try (SimulatedSending sender = site.sender("a", morning(day + 1))) {
                    sender.runUntil(day(day + 2));
                    assertThat(sender.attempts()).as(site.name + ", day " + day).isEmpty();
                }
            }
        }
    }

    /** The document in a message, unpacked. */
    private static byte[] document(DeliveredMessage message) throws IOException {
        String body = message.body();
        int start = body.indexOf("\r\n\r\n", body.indexOf("application/gzip")) + 4;
        String packed = body.substring(start, body.indexOf("\r\n--", start));
        try (GZIPInputStream in = new GZIPInputStream(
                new ByteArrayInputStream(Base64.getMimeDecoder().decode(packed)))) {
            return in.readAllBytes();
        }
    }

    /** Reads a report that is valid by the schema, without a remark. */
    private AggregateReport report(DeliveredMessage message) throws IOException {
        byte[] document = document(message);
        assertThat(new ReportSchemaValidator().error(document)).isEmpty();
        List<ReadResult> results =
                new AggregateReportReader(ReadLimits.DEFAULT, sites.judging).read(ReportSource.of(document));
        assertThat(results).hasSize(1);
        ReadResult result = results.getFirst();
        assertThat(result).isInstanceOf(ReadResult.Read.class);
        AggregateReport report = ((ReadResult.Read) result).report();
        assertThat(report.remarks()).isEmpty();
        return report;
    }

    /** A report about a domain has its messages of day 0, and is signed. */
    private void checkReport(int number, DeliveredMessage message) throws IOException {
        AggregateReport report = report(message);
        assertThat(report.policy().domain()).hasToString(domain(number));
        assertThat(report.period().begin()).isEqualTo(day(0).getEpochSecond());
        Map<String, Long> counts = new TreeMap<>();
        for (ReportedRow row : report.rows()) {
            counts.merge(
                    row.sourceIp().getHostAddress() + " " + row.disposition().keyword() + " "
                            + (row.spfAligned() ? "pass" : "fail"),
                    row.count(),
                    Long::sum);
        }
        assertThat(counts)
                .as(domain(number))
                .isEqualTo(Map.of(
                        // RFC 9990: "pass" says that the policy asks for an action, which was not needed.
                        client(number) + (policy(number).equals("none") ? " none" : " pass") + " pass",
                        (long) genuine(number),
                        TwoReportingSites.ATTACKER + " " + policy(number) + " fail",
                        (long) forged(number)));
        assertThat(IndependentVerifier.verifies(
                        message.octets(), ReportingSite.keys(TwoReportingSites.RECEIVER), sites.judging.instant()))
                .as("the signature of the report about " + domain(number))
                .isTrue();
        assertThat(message.values("Authentication-Results"))
                .as("the results of the other bridge")
                .anyMatch(result -> result.startsWith("mx.world.example") && result.contains("dmarc=pass"));
    }

    @Test
    void aForgedMessageIsReportedAtOnceToTheDomainThatAsksForIt() throws Exception {
        sites.sendMessages(1);
        sites.sendMessages(3);
        try (SimulatedSending sender = sites.receiver.sender("a", ManualClock.at(sites.judging.instant()))) {
            sites.receiver.failed().forEach(sender::failed);
            sender.runUntil(sites.judging.instant().plus(Duration.ofMinutes(20)));
            // The first one, and the others as one.
            assertThat(sender.attempts()).hasSize(2).allMatch(SimulatedSending.Attempt::accepted);
        }
        await(() -> sites.world.postfix.mailbox(ReportedDomains.FORENSIC).size() == 2);
        assertThat(sites.receiver.failed()).hasSize(forged(1));
        DeliveredMessage report =
                sites.world.postfix.mailbox(ReportedDomains.FORENSIC).getFirst();
        assertThat(report.values("Authentication-Results"))
                .anyMatch(result -> result.startsWith("mx.world.example") && result.contains("dmarc=pass"));
        assertThat(IndependentVerifier.verifies(
                        report.octets(), ReportingSite.keys(TwoReportingSites.RECEIVER), sites.judging.instant()))
                .isTrue();
        assertThat(sites.world.read(ReportedDomains.FORENSIC))
                .hasSize(2)
                .hasOnlyElementsOfType(Outcome.FailureStored.class);
        assertThat(sites.world.query("SELECT sum(incidents) FROM received_failure WHERE auth = 'pass' AND source_ip = '"
                        + TwoReportingSites.ATTACKER + "'"))
                .containsExactly(Integer.toString(forged(1)));
    }
}
