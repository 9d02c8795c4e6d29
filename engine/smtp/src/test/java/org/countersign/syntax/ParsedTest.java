package org.countersign.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ParsedTest {
    @Test
    void aParsedValueIsAnOptionalWithTheValue() {
        assertThat(new Parsed.Value<Integer, String>(7).toOptional()).contains(7);
    }

    @Test
    void malformedTextIsAnEmptyOptional() {
        assertThat(new Parsed.Malformed<Integer, String>("is not a number").toOptional())
                .isEmpty();
    }
}
