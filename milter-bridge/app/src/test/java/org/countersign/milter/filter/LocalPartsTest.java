package org.countersign.milter.filter;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalPartsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "no address                     | no address",
                "The author is a.b@example.org. | The author is @example.org.",
                "<a@x> and b+c@y,d@z            | <@x> and @y,@z",
                "x a@b@c                        | x @c",
                "said ~a b~@x, then             | said @x, then",
                "said ~a\\~b~@x                 | said @x",
                "odd end b~@x                   | @x",
                "@                              | @",
                "a@                             | @",
            })
    void onlyTheDomainOfAnAddressStays(String text, String expected) {
        assertThat(LocalParts.removeFrom(text.replace('~', '"'))).isEqualTo(expected);
    }

    @Property
    void textWithoutAnAtSignStaysAndNoTextGrows(@ForAll String text) {
        String removed = LocalParts.removeFrom(text);
        assertThat(removed.length()).isLessThanOrEqualTo(text.length());
        assertThat(LocalParts.removeFrom(text.replace("@", ""))).isEqualTo(text.replace("@", ""));
        assertThat(LocalParts.removeFrom(removed)).isEqualTo(removed);
    }
}
