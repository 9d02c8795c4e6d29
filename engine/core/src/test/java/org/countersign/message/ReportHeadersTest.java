package org.countersign.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.countersign.smtp.HeaderField;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportHeadersTest {
    private static boolean isReport(String name, String value) {
        return ReportHeaders.areIn(new HeaderSection(
                List.of(HeaderField.of("From", " a@example.org"), HeaderField.of(name, value.replace("\\n", "\r\n")))));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "Subject, \" Report Domain: example.org Submitter: a.example\"",
                "SUBJECT, \"report  domain: example.org\"",
                "Subject, \" Report\\n Domain: example.org\"",
                "Content-Type, \" multipart/report; report-type=delivery-status\"",
                "Content-Type, \" Multipart/Report\"",
                "Auto-Submitted, \" auto-generated\"",
                "Auto-Submitted, \" auto-replied (vacation)\"",
                "Auto-Submitted, \" nothing\"",
                "Auto-Submitted, \"\"",
            })
    void aReportIsRecognized(String name, String value) {
        assertThat(isReport(name, value)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "Subject, \" Re: Report Domain: example.org\"",
                "Subject, \" Report\"",
                "Subject, \" ReportDomain: example.org\"",
                "Subject, \"\"",
                "Content-Type, \" multipart/mixed\"",
                "X-Subject, \" Report Domain: example.org\"",
                "Auto-Submitted, \" no\"",
                "Auto-Submitted, \" NO ; why\"",
                "Auto-Submitted, \" no(comment)\"",
            })
    void anOrdinaryMessageIsNone(String name, String value) {
        assertThat(isReport(name, value)).isFalse();
    }
}
