package org.countersign.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.signing.Signing.by;
import static org.countersign.signing.Signing.request;

import java.util.List;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.UserPattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatternTest {
    @ParameterizedTest
    @CsvSource({
        "*, a@example.org, true",
        "example.org, a@example.org, true",
        "Example.ORG, a@EXAMPLE.org, true",
        "example.org, a@sub.example.org, false",
        "*.example.org, a@sub.example.org, true",
        "*.example.org, a@b.sub.example.org, true",
        ".example.org, a@sub.example.org, true",
        "*.example.org, a@example.org, false",
        "*.example.org, a@badexample.org, false",
        "a@example.org, A@example.org, true",
        "a@example.org, b@example.org, false",
        "a@example.org, a@sub.example.org, false",
        "*@example.org, a@example.org, true",
        "*@example.org, a@sub.example.org, false",
        "*@*.example.org, a@sub.example.org, true",
        "*@*.example.org, a@example.org, false",
        "*@.example.org, a@sub.example.org, true",
        "*@*, a@example.org, true",
        "bücher.example, a@xn--bcher-kva.example, true",
        "a.b@example.org, '\"a.b\"@example.org', true",
        "a.b@example.org, '\"A\".\"B\"@example.org', true",
        "a.b@example.org, '\"\\a.b\"@example.org', true",
        "'\"a.b\"@example.org', a.b@example.org, true",
        "'\"a b\"@example.org', '\"a b\"@example.org', true",
        "a.b@example.org, '\"a..b\"@example.org', false",
    })
    void anAddressPatternMatchesItsAddresses(String pattern, String author, boolean matches) {
        assertThat(AuthorMatching.match(Signing.addresses(pattern), by(author).author()))
                .isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@example.org", "*@", "*@**", "*@a b", "**", "a b", "example..org", "*.", ".", "a@"})
    void anInvalidAddressPatternIsRefused(String text) {
        assertThat(AddressPattern.parse(text)).isEmpty();
    }

    @Test
    void theOpendkimSyntaxGivesTheSamePattern() {
        assertThat(AddressPattern.parse("*@Example.ORG")).isEqualTo(AddressPattern.parse("example.org"));
    }

    @ParameterizedTest
    @CsvSource({
        "*, anybody, true",
        "alice, Alice, true",
        "alice, alice@example.org, false",
        "alice@example.org, alice@example.org, true",
        "*@example.org, alice@EXAMPLE.org, true",
        "*@example.org, alice@sub.example.org, false",
        "*@example.org, alice, false",
    })
    void aUserPatternMatchesItsUsers(String pattern, String user, boolean matches) {
        assertThat(UserPattern.parse(pattern).orElseThrow().matches(user)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*@", "al*ce", "*@a b"})
    void anInvalidUserPatternIsRefused(String text) {
        assertThat(UserPattern.parse(text)).isEmpty();
    }

    @Test
    void everyAuthorMustMatch() {
        SigningRequest two = by("alice@example.org, boss@example.org");
        assertThat(AuthorMatching.match(Signing.addresses("alice@example.org"), two.author()))
                .isFalse();
        assertThat(AuthorMatching.match(Signing.addresses("alice@example.org", "boss@example.org"), two.author()))
                .isTrue();
        assertThat(AuthorMatching.match(Signing.addresses("example.org"), two.author()))
                .isTrue();
    }

    @Test
    void noPatternMatchesTheNullReversePath() {
        SigningEntry any = Signing.entry("any", List.of(), Signing.addresses("*"), List.of());
        assertThat(any.matches(request("a@example.org", "<>", ""))).isFalse();
        assertThat(any.matches(request("a@example.org", "b@example.net", ""))).isTrue();
    }
}
