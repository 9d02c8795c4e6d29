package org.countersign.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 3463 §2")
class EnhancedStatusCodeTest {
    @ParameterizedTest
    @ValueSource(strings = {"5.7.26", "4.0.0", "2.1.5", "5.123.999"})
    void aCodeHasAClassASubjectAndADetail(String text) {
        assertThat(EnhancedStatusCode.isValid(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "5.7",
                "5.7.",
                "5..1",
                ".7.1",
                "55.7.1",
                "5.7.1.1",
                "5.7.1234",
                "5.7.x",
                "x.7.1",
                "5.7.1 "
            })
    void otherTextIsNoCode(String text) {
        assertThat(EnhancedStatusCode.isValid(text)).isFalse();
    }

    @Test
    void aCodeMatchesAReplyCodeOfItsClass() {
        assertThat(EnhancedStatusCode.matches(550, "5.7.1")).isTrue();
        assertThat(EnhancedStatusCode.matches(450, "5.7.1")).isFalse();
        assertThat(EnhancedStatusCode.matches(550, "5.7")).isFalse();
    }
}
