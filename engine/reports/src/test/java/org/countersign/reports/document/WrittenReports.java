package org.countersign.reports.document;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.countersign.dmarc.AlignmentMode;
import org.countersign.dmarc.DiscoveryMethod;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;

/** Reports for tests, as this system writes them. */
public final class WrittenReports {
    /** The 23rd of September 2026. */
    public static final ReportPeriod DAY = ReportPeriod.ofDay(20_719);

    private WrittenReports() {}

    public static ReportMetadata metadata(String orgName, String error) {
        return new ReportMetadata(
                orgName,
                "dmarc@receiver.example",
                "",
                ReportId.parse("4r2s8").orElseThrow(),
                DAY,
                error,
                "countersign/1.0");
    }

    public static PolicyPublished policy() {
        return new PolicyPublished(
                DomainName.of("example.org"),
                Optional.of(DiscoveryMethod.TREE_WALK),
                Optional.of(DmarcPolicy.REJECT),
                Optional.of(DmarcPolicy.QUARANTINE),
                Optional.of(DmarcPolicy.REJECT),
                Optional.of(AlignmentMode.STRICT),
                Optional.of(AlignmentMode.RELAXED),
                "1:d:s",
                Optional.of(true));
    }

    public static ReportRow row(String address, long count, List<DkimAuthResult> dkim) {
        return new ReportRow(
                IpNetwork.parseAddress(address).orElseThrow(),
                count,
                Disposition.QUARANTINE,
                false,
                true,
                List.of(new OverrideReason(PolicyOverrideType.POLICY_TEST_MODE, "")),
                DomainName.of("news.example.org"),
                Optional.empty(),
                Optional.of(DomainName.of("receiver.example")),
                dkim,
                Optional.of(new SpfAuthResult("mail.example.net", SpfResultType.SOFTFAIL, "")));
    }

    public static byte[] write(ReportMetadata metadata, PolicyPublished policy, List<ReportRow> rows) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (AggregateReportWriter writer = new AggregateReportWriter(out, metadata, policy)) {
            for (ReportRow row : rows) {
                writer.write(row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
