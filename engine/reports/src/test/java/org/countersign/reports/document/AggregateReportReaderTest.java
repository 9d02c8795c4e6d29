package org.countersign.reports.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AggregateReportReaderTest {
    @Test
    void theSampleOfThisTestHasNoRemark() {
        AggregateReport report = SampleReport.report(SampleReport.DOCUMENT);

        assertThat(report.remarks()).isEmpty();
        assertThat(report.messages()).isEqualTo(3);
    }

    @Test
    void manyReferencesAreNoAttack() {
        AggregateReport report = SampleReport.report(SampleReport.with("Receiver", "&amp;".repeat(300_000)));

        assertThat(report.orgName()).isEqualTo("&".repeat(4096));
        assertThat(report.messages()).isEqualTo(3);
    }

    @Test
    void remarksAreBounded() {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            rows.append(SampleReport.ROW.replace("<result>pass", "<result>word" + i));
        }
        AggregateReport report = SampleReport.report(SampleReport.HEAD + rows + "</feedback>");

        assertThat(report.messages()).isEqualTo(1500);
        assertThat(report.remarks()).hasSize(100);
    }

    @Test
    void aRemarkIsOneLineOfAscii() {
        assertThat(new Remark(RemarkKind.WORD, "spf result b\u00f6s\r\n\u001b[31m", 5, 38, 3).describe())
                .isEqualTo("spf result b\\xf6s\\x0d\\x0a\\x1b[31m: a word that the schema does not have"
                        + " (row 5, line 38, 3 times)");
    }

    @Test
    void aFailureOfTheSourceIsThatOfTheCaller() {
        byte[] half = SampleReport.DOCUMENT.substring(0, 300).getBytes(StandardCharsets.UTF_8);
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("unexpected end of ZLIB input stream");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return read();
            }
        };

        assertThatThrownBy(() -> SampleReport.reader(ReadLimits.DEFAULT)
                        .read(() -> new SequenceInputStream(new ByteArrayInputStream(half), broken)))
                .isInstanceOf(IOException.class)
                .hasMessage("unexpected end of ZLIB input stream");
    }
}
