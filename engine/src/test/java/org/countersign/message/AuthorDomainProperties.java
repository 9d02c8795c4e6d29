package org.countersign.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;

class AuthorDomainProperties {
    private static final String PLAIN = " Alice (the \"archer\") <alice@example.org>";

    private static AuthorDomain parse(String value) {
        return AuthorDomain.parse(Octets.latin1(value));
    }

    private static AuthorDomain.Problem problem(String value) {
        return ((AuthorDomain.Ambiguous) parse(value)).problem();
    }

    @Property(tries = 1000)
    void anyOctetsAreReadAndExplained(@ForAll byte[] octets) {
        assertThat(AuthorDomain.parse(Octets.copyOf(octets)).explain())
                .endsWith(".")
                .matches("[ -~]+");
    }

    @Property(tries = 1000)
    void piecesOfAddressesInAnyOrderAreReadAndNeverAsADomainThatIsNotThere(@ForAll("pieces") String value) {
        if (parse(value) instanceof AuthorDomain.Single single) {
            assertThat(value.toLowerCase(Locale.ROOT)).contains(single.domain().toString());
            assertThat(single.address()).containsIgnoringCase(single.domain().toString());
        }
    }

    @Property(tries = 300)
    void aControlCharacterAnywhereLeavesNoAuthor(
            @ForAll @IntRange(max = 38) int at, @ForAll @IntRange(max = 31) int control) {
        if (control != '\t') {
            String value = PLAIN.substring(0, at) + (char) control + PLAIN.substring(at);
            assertThat(parse(value)).isInstanceOf(AuthorDomain.Ambiguous.class);
        }
    }

    @Property(tries = 200)
    void aSecondFieldAnywhereLeavesNoAuthor(@ForAll("pieces") String second, @ForAll boolean first) {
        HeaderField own = HeaderField.of("From", PLAIN);
        HeaderField other = HeaderField.of("fROM", second);
        HeaderSection section = new HeaderSection(first ? List.of(other, own) : List.of(own, other));
        assertThat(AuthorDomain.parse(section)).isInstanceOf(AuthorDomain.Ambiguous.class);
    }

    @Test
    void whatIsTooMuchIsSaidToBe() {
        assertThat(problem(" alice@example.org" + " ".repeat(16 * 1024))).isEqualTo(AuthorDomain.Problem.TOO_LONG);
        assertThat(problem(String.join(",", Collections.nCopies(101, "a@example.org"))))
                .isEqualTo(AuthorDomain.Problem.TOO_MANY_ADDRESSES);
        assertThat(problem("(".repeat(17) + ")".repeat(17) + "a@example.org"))
                .isEqualTo(AuthorDomain.Problem.COMMENTS_TOO_DEEP);
        assertThat(parse("(".repeat(16) + ")".repeat(16) + "a@example.org")).isInstanceOf(AuthorDomain.Single.class);
    }

    @Test
    void ofManyFieldsAFewAreReadForTheirDomains() {
        List<HeaderField> fields = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            fields.add(HeaderField.of("From", " a@n" + i + ".example"));
        }
        AuthorDomain.Ambiguous many = (AuthorDomain.Ambiguous) AuthorDomain.parse(new HeaderSection(fields));
        assertThat(many.domains()).hasSize(8);
    }

    @Provide
    Arbitrary<String> pieces() {
        return Arbitraries.of(
                        "alice",
                        "@",
                        "example.org",
                        "Attacker.Example",
                        "<",
                        ">",
                        "\"",
                        "(",
                        ")",
                        ",",
                        ";",
                        ":",
                        ".",
                        " ",
                        "\r\n ",
                        "\\",
                        "=?utf-8?q?x=40y?=",
                        "alice@example.org",
                        "<b@attacker.example>",
                        "[192.0.2.1]")
                .list()
                .ofMinSize(1)
                .ofMaxSize(8)
                .map(parts -> String.join("", parts));
    }
}
