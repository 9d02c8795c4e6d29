package org.countersign.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReversePathTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "<>", " <> ", "< >"})
    void nothingBetweenTheBracketsIsTheNullReversePath(String text) {
        assertThat(ReversePath.parse(text)).isInstanceOf(ReversePath.Null.class);
    }

    @ParameterizedTest
    @CsvSource({
        "<user@example.org>, user, example.org",
        "user@example.org, user, example.org",
        "'<@relay.example,@b.example:user@example.org>', user, example.org",
        "'<\"a@b\"@example.org>', '\"a@b\"', example.org",
        "<user@[192.0.2.1]>, user, [192.0.2.1]",
        "<@example.org>, '', example.org",
        "<user>, user, ''",
    })
    void theLastAtSignSeparatesLocalPartAndDomain(String text, String localPart, String domain) {
        assertThat(ReversePath.parse(text)).isEqualTo(new ReversePath.Address(localPart, domain));
    }

    @Test
    void aLiteralIsNoHostName() {
        assertThat(((ReversePath.Address) ReversePath.parse("<u@[192.0.2.1]>")).domain())
                .isPresent()
                .hasValueSatisfying(name -> assertThat(name.isHostName()).isFalse());
    }

    @Test
    void showsControlCharactersEscaped() {
        assertThat(ReversePath.parse("<a\r\nb@example.org>")).hasToString("<a\\x0d\\x0ab@example.org>");
    }
}
