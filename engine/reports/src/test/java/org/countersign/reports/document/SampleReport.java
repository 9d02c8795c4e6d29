package org.countersign.reports.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** A small report in the schema of RFC 7489 that tests change, and how they read it. */
final class SampleReport {
    static final String HEAD = """
            <?xml version="1.0" encoding="UTF-8"?>
            <feedback>
              <version>1.0</version>
              <report_metadata><org_name>Receiver</org_name><email>dmarc@receiver.example</email><report_id>r1</report_id>
              <date_range><begin>1790121600</begin><end>1790207999</end></date_range></report_metadata>
              <policy_published><domain>example.org</domain><adkim>r</adkim><aspf>r</aspf><p>none</p><sp>none</sp><pct>100</pct>
              </policy_published>
            """;
    static final String ROW = """
              <record>
                <row><source_ip>192.0.2.10</source_ip><count>3</count>
                <policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>
                <identifiers><header_from>example.org</header_from></identifiers>
                <auth_results><dkim><domain>example.org</domain><selector>s1</selector><result>pass</result></dkim>
                <spf><domain>example.net</domain><scope>mfrom</scope><result>pass</result></spf></auth_results>
              </record>
            """;
    static final String DOCUMENT = HEAD + ROW + "</feedback>\n";

    private static final AggregateReportReader READER = reader(ReadLimits.DEFAULT);

    private SampleReport() {}

    static AggregateReportReader reader(ReadLimits limits) {
        return new AggregateReportReader(limits, InstantSource.fixed(Instant.parse("2026-09-25T00:00:00Z")));
    }

    /** The document with a text replaced, which it must have. */
    static String with(String text, String replacement) {
        assertThat(DOCUMENT).contains(text);
        return DOCUMENT.replace(text, replacement);
    }

    static ReadResult read(String document) {
        return read(document.getBytes(StandardCharsets.UTF_8));
    }

    /** What came of the only report in a document. */
    static ReadResult read(byte[] document) {
        List<ReadResult> results = readAll(document);
        assertThat(results).hasSize(1);
        return results.getFirst();
    }

    static List<ReadResult> readAll(byte[] document) {
        try {
            return READER.read(ReportSource.of(document));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static AggregateReport report(String document) {
        return report(document.getBytes(StandardCharsets.UTF_8));
    }

    static AggregateReport report(byte[] document) {
        ReadResult result = read(document);
        assertThat(result).isInstanceOf(ReadResult.Read.class);
        return ((ReadResult.Read) result).report();
    }

    static String refusal(String document) {
        return refusal(document.getBytes(StandardCharsets.UTF_8));
    }

    static String refusal(byte[] document) {
        ReadResult result = read(document);
        assertThat(result).isInstanceOf(ReadResult.Refused.class);
        return ((ReadResult.Refused) result).describe();
    }

    /** The remarks as {@code keyword subject}. */
    static List<String> remarks(AggregateReport report) {
        return report.remarks().stream()
                .map(remark -> (remark.kind().keyword() + " " + remark.subject()).strip())
                .toList();
    }
}
