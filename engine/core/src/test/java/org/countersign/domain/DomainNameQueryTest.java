package org.countersign.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DomainNameQueryTest {
    @Test
    void aSpaceIsAllowedOnlyInQueryNames() {
        assertThat(DomainName.parse("a b.example.org")).isEmpty();
        assertThat(DomainName.parseQueryName("A b.example.org."))
                .map(DomainName::toString)
                .contains("a b.example.org");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a..b", "a\tb.example", "j\u00fcrgen.example", "a\u007f.example"})
    void queryNamesFollowTheSameRulesOtherwise(String text) {
        assertThat(DomainName.parseQueryName(text)).isEmpty();
    }
}
