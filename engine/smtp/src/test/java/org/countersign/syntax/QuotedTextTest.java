package org.countersign.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 5322 §3.2")
class QuotedTextTest {
    @Test
    void aQuotedStringHasABackslashBeforeQuotationMarksAndBackslashes() {
        assertThat(QuotedText.quotedString("say \"(a\\b)\"")).isEqualTo("\"say \\\"(a\\\\b)\\\"\"");
    }

    @Test
    void aCommentHasABackslashBeforeParenthesesAndBackslashes() {
        assertThat(QuotedText.comment("say \"(a\\b)\"")).isEqualTo("(say \"\\(a\\\\b\\)\")");
    }

    @Test
    void anEmptyTextHasOnlyItsDelimiters() {
        assertThat(QuotedText.quotedString("")).isEqualTo("\"\"");
    }
}
