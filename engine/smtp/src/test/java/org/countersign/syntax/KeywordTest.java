package org.countersign.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeywordTest {
    private enum Example {
        PASS,
        TOO_MANY_DNS_TERMS
    }

    @Test
    void isInLowerCaseWithHyphens() {
        assertThat(Keyword.of(Example.PASS)).isEqualTo("pass");
        assertThat(Keyword.of(Example.TOO_MANY_DNS_TERMS)).isEqualTo("too-many-dns-terms");
    }
}
