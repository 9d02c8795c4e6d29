package org.countersign.reports.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.reports.document.AggregateReportReader;
import org.countersign.reports.document.ReadLimits;

/** Whatever a message or a file contains, there is an answer in text that is safe to show. */
class MessageReportsProperties {
    private static final List<byte[]> SEEDS = List.of(
            new ReportMail().report(ReportMail.xml()).octets(),
            new ReportMail()
                    .text("hello")
                    .attach(
                            "application/zip",
                            "r.zip",
                            ReportMail.zip(new ReportMail.Member("r.xml", ReportMail.octets(ReportMail.xml()))))
                    .octets(),
            new ReportMail()
                    .multipart("report; report-type=feedback-report")
                    .part(String.join(
                            "\r\n",
                            "Content-Type: message/feedback-report",
                            "",
                            "Feedback-Type: auth-failure",
                            "Reported-Domain: example.org",
                            "Incidents: 3",
                            ""))
                    .octets(),
            ReportMail.zip(new ReportMail.Member("r.xml", ReportMail.octets(ReportMail.xml()))),
            ReportMail.gzip(ReportMail.octets(ReportMail.xml())));

    /** A replacement of one octet. */
    record Change(int place, byte octet) {}

    private static MessageReports reports() {
        InstantSource clock = InstantSource.fixed(ReceiveFixture.NOW);
        return new MessageReports(
                ReceiveLimits.DEFAULT,
                Deadline.in(ReceiveLimits.DEFAULT.time(), clock),
                new AggregateReportReader(ReadLimits.DEFAULT, clock)::read,
                (message, forwarded) -> Authentication.given());
    }

    private static void check(List<Found> found) {
        assertThat(found).isNotEmpty().allSatisfy(item -> {
            assertThat(item.name()).matches("[ -~]*");
            if (item instanceof Found.Unusable unusable) {
                assertThat(unusable.reason()).matches("[ -~]+");
            }
        });
    }

    @Provide
    Arbitrary<byte[]> changed() {
        Arbitrary<Change> change = Arbitraries.integers()
                .between(0, 1 << 20)
                .flatMap(place -> Arbitraries.bytes().map(octet -> new Change(place, octet)));
        return Arbitraries.of(SEEDS)
                .flatMap(seed -> change.list().ofMaxSize(12).map(changes -> {
                    byte[] octets = seed.clone();
                    changes.forEach(each -> octets[each.place() % octets.length] = each.octet());
                    return octets;
                }));
    }

    @Property(tries = 400)
    void aChangedMessageHasAnAnswer(@ForAll("changed") byte[] octets) {
        check(reports().inMessage(octets));
    }

    @Property(tries = 400)
    void aChangedFileHasAnAnswer(@ForAll("changed") byte[] octets) {
        check(reports().inFile("file", octets));
    }

    @Property(tries = 200)
    void anyOctetsHaveAnAnswer(@ForAll byte[] octets) {
        check(reports().inMessage(octets));
        check(reports().inFile("file", octets));
    }
}
