package org.countersign.reports.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Percentages. */
class ShareTest {
    @ParameterizedTest
    @CsvSource({
        "0, 7, 0.0 %",
        "7, 7, 100.0 %",
        "1, 3, 33.3 %",
        "2, 3, 66.7 %",
        "1, 2000, 0.1 %",
        "1, 800, 0.1 %",
        "3, 2000, 0.2 %",
        "1, 2001, <0.1 %",
        "1, 9223372036854775807, <0.1 %",
        "1999, 2000, 99.9 %",
        "9223372036854775806, 9223372036854775807, 99.9 %",
        "0, 0, no data",
    })
    void areRoundedAndOnlyAWholeIsAHundred(long part, long whole, String text) {
        assertThat(new Share(part, whole).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "9796, 10000, 980, 97.96 %",
        "97999999, 100000000, 980, 97.999999 %",
        "98, 100, 980, 98.0 %",
        "9790, 10000, 980, 97.9 %",
        "54, 10000, 5, 0.54 %",
        "5, 1000, 5, 0.5 %",
        "60, 10000, 5, 0.6 %",
        "0, 0, 5, no data",
    })
    void haveMoreDecimalsNextToALimitThatIsMissed(long part, long whole, long limit, String text) {
        assertThat(new Share(part, whole).textNextTo(limit)).isEqualTo(text);
    }

    @Test
    void areComparedWithoutRounding() {
        assertThat(new Share(9_796, 10_000).isAtLeast(980)).isFalse();
        assertThat(new Share(98, 100).isAtLeast(980)).isTrue();
        assertThat(new Share(51, 10_000).isAtMost(5)).isFalse();
        assertThat(new Share(5, 1_000).isAtMost(5)).isTrue();
    }

    @Test
    void ofNothingDoNotExist() {
        assertThat(Share.NONE.perMille()).isEmpty();
        assertThat(Share.NONE.number()).isEmpty();
    }

    @Test
    void ofAlmostNothingHaveAWidth() {
        assertThat(new Share(1, 1_000_000).perMille()).contains(1L);
        assertThat(new Share(999_999, 1_000_000).perMille()).contains(999L);
    }
}
