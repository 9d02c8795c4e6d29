package org.countersign.authres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;

class AuthenticationResultsProperties {
    private static final AuthservIds OURS = AuthservIds.of(List.of("mx.receiver.example"));

    private static AuthenticationResults read(HeaderField field) {
        assertThat(AuthenticationResultsParser.parse(field.value())).isInstanceOf(ParsedResults.Parsed.class);
        return ((ParsedResults.Parsed) AuthenticationResultsParser.parse(field.value())).results();
    }

    @Property(tries = 1000)
    void writtenResultsParseToTheSameResults(@ForAll("results") AuthenticationResults results) {
        HeaderField field = AuthenticationResultsWriter.renderInternationalized(results);
        assertThat(read(field)).isEqualTo(results);
    }

    @Property(tries = 500)
    void noValueAddsAResultALineOrAnId(@ForAll("results") AuthenticationResults results) {
        HeaderField field = AuthenticationResultsWriter.render(results);
        assertThat(field.raw().latin1().replace("\r\n ", " ")).matches("[ -~]+");
        assertThat(field.size()).isLessThan(5_000);
        assertThat(read(field).results())
                .extracting(MethodResult::method)
                .containsExactlyElementsOf(
                        results.results().stream().map(MethodResult::method).toList());
    }

    @Property(tries = 1000)
    void anyOctetsCanBeParsed(@ForAll byte[] octets) {
        Octets value = Octets.copyOf(octets);
        assertThat(AuthenticationResultsParser.parse(value)).isNotNull();
        assertThat(AuthenticationResultsParser.parse(Octets.latin1(" mx.example; spf=pass " + value.latin1())))
                .isNotNull();
    }

    @Property(tries = 500)
    void aFieldClaimsALocalIdOnlyIfItWasWrittenWithIt(@ForAll("results") AuthenticationResults results) {
        AuthenticationResults own = new AuthenticationResults("mx.receiver.example", results.results());
        AuthenticationResults other = new AuthenticationResults("mx.other.example", results.results());
        assertThat(OURS.claims(AuthenticationResultsWriter.render(own))).isTrue();
        assertThat(OURS.claims(AuthenticationResultsWriter.renderInternationalized(own)))
                .isTrue();
        assertThat(OURS.claims(AuthenticationResultsWriter.render(other))).isFalse();
        assertThat(OURS.claims(AuthenticationResultsWriter.renderInternationalized(other)))
                .isFalse();
    }

    /** RFC 8601 §2.2 pvalue: an address without quotes has a domain-name, of two labels at least (RFC 6376 §3.5). */
    @Example
    void onlyAnAddressWithADomainNameHasNoQuotes() {
        for (String plain : List.of("@a.example", "ada.l@a-b.example", "a+b@1.example")) {
            assertThat(written(plain)).endsWith(" smtp.auth=" + plain);
        }
        for (String odd :
                List.of("@localhost", "a@b_c.example", "a@-b.example", "a@b.example.", "a..b@c.example", "@")) {
            assertThat(written(odd)).endsWith(" smtp.auth=\"" + odd + "\"");
        }
    }

    private static String written(String address) {
        MethodResult result =
                MethodResult.of(AuthenticationMethod.AUTH, "pass").with(PropertyType.SMTP, "auth", address);
        return AuthenticationResultsWriter.render(new AuthenticationResults("mx.example", List.of(result)))
                .raw()
                .latin1();
    }

    /** Whatever a parser takes for our id, or for an unreadable field that begins with it, is taken for ours. */
    @Property(tries = 1000)
    void everyPlausibleReadingWithALocalIdIsFound(@ForAll("noise") String before, @ForAll("noise") String behind) {
        HeaderField field = HeaderField.of(
                Octets.latin1("Authentication-Results"), Octets.utf8(before + "mx.receiver.example" + behind));
        Optional<String> id = switch (AuthenticationResultsParser.parse(field.value())) {
            case ParsedResults.Parsed parsed -> Optional.of(parsed.results().authservId());
            case ParsedResults.OtherVersion other -> Optional.of(other.authservId());
            case ParsedResults.Malformed malformed -> malformed.authservId();
        };
        if (id.filter("mx.receiver.example"::equals).isPresent()) {
            assertThat(OURS.claims(field)).isTrue();
        }
    }

    @Provide
    Arbitrary<String> noise() {
        return Arbitraries.of(" ", "\t", "\r\n ", "(x)", "(", ")", "\"", "\\", ";", "1", ".", "spf=pass", "\u0000")
                .list()
                .ofMaxSize(4)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<AuthenticationResults> results() {
        Arbitrary<String> hostile = Arbitraries.of(
                        "a",
                        "example.org",
                        ";",
                        "\"",
                        "\\",
                        "(",
                        ")",
                        "@",
                        "=",
                        " ",
                        "\t",
                        "\r\n",
                        "\u0000",
                        "\u00e9",
                        "\ud83d\ude00",
                        "\u2028",
                        "dmarc=pass",
                        "=?utf-8?q?x?=",
                        "2001:db8::1")
                .list()
                .ofMinSize(1)
                .ofMaxSize(5)
                .map(parts -> String.join("", parts));
        Arbitrary<MethodResult> result = Combinators.combine(
                        Arbitraries.of(AuthenticationMethod.values()),
                        Arbitraries.of("pass", "fail", "none"),
                        hostile.optional(),
                        hostile.optional(),
                        hostile.list().ofMaxSize(3))
                .as((method, keyword, reason, comment, values) -> {
                    MethodResult built = MethodResult.of(method, keyword);
                    built = reason.isPresent() ? built.withReason(reason.get()) : built;
                    built = comment.isPresent() ? built.withComment(comment.get()) : built;
                    for (String value : values) {
                        built = built.with(PropertyType.SMTP, "mailfrom", value);
                    }
                    return built;
                });
        return Combinators.combine(
                        Arbitraries.of("mx.example", "MX (odd) \"id\"", "m\u00fcnchen.example"),
                        result.list().ofMaxSize(4))
                .as(AuthenticationResults::new);
    }
}
