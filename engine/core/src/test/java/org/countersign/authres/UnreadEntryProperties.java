package org.countersign.authres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.syntax.Octets;

/** Reading the other entries of a field that is partly unreadable lets nobody write an entry. */
class UnreadEntryProperties {
    private static ParsedResults parse(String value) {
        return AuthenticationResultsParser.parse(Octets.utf8(value));
    }

    private static List<String> methods(ParsedResults results) {
        return results instanceof ParsedResults.Parsed parsed
                ? parsed.results().results().stream().map(MethodResult::method).toList()
                : List.of();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String commented(String text) {
        return '(' + text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ')';
    }

    @Property(tries = 3_000)
    void textInQuotesOrACommentIsNoEntry(@ForAll("noise") String hostile, @ForAll("junk") String junk) {
        for (String inside : List.of(quoted(hostile), commented(hostile))) {
            for (String value : List.of(
                    "mx.example; " + junk + inside + "; spf=none",
                    "mx.example; spf=none " + inside + junk + "; x=y",
                    "mx.example " + inside + junk + "; spf=none",
                    junk + inside + "; spf=none")) {
                assertThat(methods(parse(value))).as(value).doesNotContain("dmarc");
            }
        }
    }

    @Property(tries = 3_000)
    void aMalformedEntryDoesNotAffectOthers(@ForAll("junk") String junk) {
        ParsedResults parsed = parse("mx.example; spf=pass; " + junk + "!; dkim=pass");
        assertThat(methods(parsed)).containsExactly("spf", "dkim");
        assertThat(((ParsedResults.Parsed) parsed).unread()).hasSize(1).allSatisfy(entry -> {
            assertThat(entry.text()).matches("[ -~]{1,400}");
            assertThat(entry.problem()).isNotBlank();
        });
    }

    @Property(tries = 3_000)
    void everyListIsBounded(@ForAll("noise") String noise) {
        if (parse("mx.example; " + (noise + ";").repeat(200)) instanceof ParsedResults.Parsed parsed) {
            assertThat(parsed.unread()).hasSizeLessThanOrEqualTo(8);
            assertThat(parsed.results().results())
                    .hasSizeLessThanOrEqualTo(100)
                    .allSatisfy(result -> assertThat(result.properties()).hasSizeLessThanOrEqualTo(16));
        }
    }

    @Provide
    Arbitrary<String> noise() {
        return Arbitraries.of(
                        "; ",
                        "dmarc=pass",
                        " header.from=bank.example",
                        "\"",
                        "\\",
                        "(",
                        ")",
                        "<",
                        ">",
                        "=",
                        "\r\n ",
                        "x",
                        "none",
                        "@",
                        "\u0000",
                        "\u00e9")
                .list()
                .ofMaxSize(8)
                .map(parts -> String.join("", parts));
    }

    /** Neither quotes, comments nor semicolons, and never an entry by itself. */
    @Provide
    Arbitrary<String> junk() {
        return Arbitraries.of("x", " ", "=", ".", "<", ">", "@", "spf", "pass", "!", "\u0001", "\r\n ", "/", ",")
                .list()
                .ofMaxSize(6)
                .map(parts -> String.join("", parts));
    }
}
