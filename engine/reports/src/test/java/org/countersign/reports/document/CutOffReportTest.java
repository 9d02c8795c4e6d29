package org.countersign.reports.document;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reports of which only the beginning has come. */
class CutOffReportTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 12, 30, 200})
    void isToldWithTheLastLine(int missing) {
        String document = SampleReport.DOCUMENT.strip();
        String rest = document.substring(0, document.length() - missing);

        assertThat(SampleReport.refusal(rest))
                .isEqualTo("broken XML: line " + rest.lines().count()
                        + ": the report ends here without its end tag, so it was cut off");
    }

    @Test
    void isNotWhatHasItsEndTag() {
        assertThat(SampleReport.refusal(SampleReport.with("</record>", "")))
                .startsWith("broken XML: line ")
                .doesNotContain("cut off");
    }
}
