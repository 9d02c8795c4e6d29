package org.countersign.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.countersign.smtp.HeaderField;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Sendmail 8.17 does with a From field, whose own domain was receiver.example, decides which fields are complete. */
class CompleteAddressesTest {
    private static AuthorDomain author(String from) {
        HeaderSection headers = new HeaderSection(List.of(HeaderField.of("From", from)));
        return AuthorDomain.beforeCompletion(AuthorDomain.parse(headers), headers);
    }

    // Sendmail delivered each of them with an address of receiver.example.
    @ParameterizedTest
    @ValueSource(
            strings = {
                " ceo, x@sender.example",
                " x@sender.example, ceo",
                " Smith, John <x@sender.example>",
                " <ceo>, <x@sender.example>",
                " CEO <ceo>, x@sender.example",
                " <ceo>\\ x@sender.example",
                " <ceo> =?utf-8?q?a?= , x@sender.example",
                " ceo@localhost, x@sender.example",
                " x@sender.example% ceo@localhost",
                " x@sender.example %: ceo",
                " =?utf-8?q?a?= CEO, x@sender.example",
                " . ,. \"q\". !x@sender.example",
                " , >[127.0.0.1], , x@sender.example",
                " !\\\"q\"@  x@sender.example",
                " \"q\" <ceo>,\\ >  x@sender.example",
                " , <CEO,, x@sender.example",
                " \"x@sender.example\", x@sender.example",
                " (x@sender.example) ceo, x@sender.example",
                " x@localhost",
                " <ceo@LOCALHOST.>",
                " ceo@mail",
                " ceo",
                " CEO <ceo>"
            })
    void anAddressThatTheMailServerCompletesMakesTheAuthorAmbiguous(String from) {
        assertThat(author(from)).isInstanceOf(AuthorDomain.Ambiguous.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " x@sender.example",
                " \"Smith, John\" <x@sender.example>",
                " John Smith (CEO, ceo) <x@sender.example>",
                " John [Team] <x@sender.example>",
                " Team: John <x@sender.example>",
                " \"x@sender.example\" <x@sender.example>",
                " x@sender.example, y@sender.example,",
                " ceo <x@sender.example>, [y] <y@sender.example>"
            })
    void theDomainOfCompleteAddressesIsTheAuthorDomain(String from) {
        assertThat(author(from))
                .isInstanceOfSatisfying(
                        AuthorDomain.Single.class,
                        single -> assertThat(single.domain()).hasToString("sender.example"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void anEmptyFieldStaysWithoutAnAuthor(String from) {
        assertThat(author(from)).isInstanceOf(AuthorDomain.Missing.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {" ceo, x@sender.example", " ceo@localhost"})
    void withoutCompletionTheAuthorIsWhatIsWritten(String from) {
        assertThat(AuthorDomain.parse(new HeaderSection(List.of(HeaderField.of("From", from)))))
                .isInstanceOf(AuthorDomain.Single.class);
    }
}
