package org.countersign.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.testing.FromFieldArbitraries;
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
    void anyOctetsHaveAnExplanationInUsAscii(@ForAll byte[] octets) {
        assertThat(AuthorDomain.parse(Octets.copyOf(octets)).explain())
                .endsWith(".")
                .matches("[ -~]+");
    }

    @Property(tries = 1000)
    void theDomainIsInTheTextOrInAnEncodedWord(@ForAll("fields") String value) {
        if (parse(value) instanceof AuthorDomain.Single single) {
            if (!value.contains("=?")) {
                assertThat(value.toLowerCase(Locale.ROOT))
                        .contains(single.domain().toString());
            }
            assertThat(single.addresses())
                    .isNotEmpty()
                    .allMatch(address -> address.toLowerCase(Locale.ROOT)
                            .contains(single.domain().toString()));
        }
    }

    @Property(tries = 300)
    void aControlCharacterAnywhereMakesTheAuthorAmbiguous(
            @ForAll @IntRange(max = 38) int at, @ForAll @IntRange(max = 31) int control) {
        if (control != '\t') {
            String value = PLAIN.substring(0, at) + (char) control + PLAIN.substring(at);
            assertThat(parse(value)).isInstanceOf(AuthorDomain.Ambiguous.class);
        }
    }

    @Property(tries = 200)
    void aSecondFromFieldAnywhereMakesTheAuthorAmbiguous(@ForAll("fields") String second, @ForAll boolean first) {
        HeaderField own = HeaderField.of("From", PLAIN);
        HeaderField other = HeaderField.of("fROM", second);
        HeaderSection section = new HeaderSection(first ? List.of(other, own) : List.of(own, other));
        assertThat(AuthorDomain.parse(section)).isInstanceOf(AuthorDomain.Ambiguous.class);
    }

    @Test
    void aFieldAboveALimitIsAmbiguousAndNamesTheLimit() {
        assertThat(problem(" alice@example.org" + " ".repeat(16 * 1024))).isEqualTo(AuthorDomain.Problem.TOO_LONG);
        assertThat(problem(" Fox, Alice <alice@example.org>" + " ".repeat(4 * 1024)))
                .isEqualTo(AuthorDomain.Problem.TOO_LONG);
        assertThat(problem(String.join(",", Collections.nCopies(101, "a@example.org"))))
                .isEqualTo(AuthorDomain.Problem.TOO_MANY_ADDRESSES);
        assertThat(problem("(".repeat(17) + ")".repeat(17) + "a@example.org"))
                .isEqualTo(AuthorDomain.Problem.COMMENTS_TOO_DEEP);
        assertThat(parse("(".repeat(16) + ")".repeat(16) + "a@example.org")).isInstanceOf(AuthorDomain.Single.class);
    }

    @Property(tries = 500)
    void theNumberOfAddressesIsBoundedForAnyField(@ForAll("fields") String piece, @ForAll("fields") String end) {
        int maxLength = 4 * 1024;
        String value = piece.repeat(maxLength / piece.length()) + end;
        switch (parse(value.substring(0, Math.min(value.length(), maxLength)))) {
            case AuthorDomain.Single single -> assertThat(single.addresses()).hasSizeLessThanOrEqualTo(400);
            case AuthorDomain.Ambiguous ambiguous ->
                assertThat(ambiguous.domains()).hasSizeLessThanOrEqualTo(400);
            // It quotes 40 octets, each with up to four characters.
            case AuthorDomain.Missing missing -> assertThat(missing.explain()).hasSizeLessThan(300);
        }
    }

    @Property(tries = 1000)
    void anUnusualSpellingIsExplained(@ForAll("fields") String value) {
        AuthorDomain author = parse(value);
        boolean spelled = author.problemKind().equals(Optional.of(AuthorProblem.SPELLING));
        assertThat(author.diagnosis().isPresent())
                .isEqualTo(author.problemKind().isPresent());
        assertThat(spelled)
                .isEqualTo(author instanceof AuthorDomain.Single
                        && author.explain().contains("unusual"));
    }

    @Test
    void octetsOfAnyCharacterSetAreAllowedInADisplayName() {
        for (int octet = 0x80; octet <= 0xFF; octet++) {
            char c = (char) octet;
            for (String name :
                    List.of("J" + c + "rg, M" + c, "\"" + c + "\\\"", c + "@" + c + "C", c + "\\ x", "(" + c)) {
                assertThat(parse(name + " <alice@example.org>"))
                        .as("octet %x in %s", octet, name)
                        .isInstanceOfSatisfying(
                                AuthorDomain.Single.class,
                                single -> assertThat(single.domain()).hasToString("example.org"));
            }
        }
    }

    @Test
    void theDomainsOfAtMostEightFieldsAreRead() {
        List<HeaderField> fields = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            fields.add(HeaderField.of("From", " a@n" + i + ".example"));
        }
        AuthorDomain.Ambiguous many = (AuthorDomain.Ambiguous) AuthorDomain.parse(new HeaderSection(fields));
        assertThat(many.domains()).hasSize(8);
    }

    @Provide
    Arbitrary<String> fields() {
        return FromFieldArbitraries.any();
    }
}
