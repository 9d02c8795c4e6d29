package org.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFilePatternTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
        {domain}.2024.key,         example.org.2024.key,  example.org,
        {domain}.{selector}.key,   example.org.2024.key,  example.org,  2024
        {selector}.{domain}.pem,   s1.example.org.pem,    example.org,  s1
        {selector},                s1,                    ,             s1
        x-{domain},                x-a.example,           a.example,
        {domain}-{domain},         a.b-a.b,               a.b,
        """)
    void readsTheNameOfAFile(String part, String name, String domain, String selector) {
        assertThat(KeyFilePattern.match(part, name)).hasValueSatisfying(match -> {
            assertThat(match.domain().map(Object::toString).orElse("")).isEqualTo(domain == null ? "" : domain);
            assertThat(match.selector().map(Object::toString).orElse("")).isEqualTo(selector == null ? "" : selector);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.org.2023.key", "Example.org.2024.key", ".2024.key", "a b.2024.key", "README", ""})
    void refusesOtherNames(String name) {
        assertThat(KeyFilePattern.match("{domain}.2024.key", name)).isEmpty();
    }

    @Test
    void endsSoonForLongNames() {
        assertThat(KeyFilePattern.match("{domain}.{selector}.{domain}", "a.".repeat(120) + "!"))
                .isEmpty();
    }
}
