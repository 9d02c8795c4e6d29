package org.countersign.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.james.mime4j.dom.address.Mailbox;
import org.apache.james.mime4j.field.address.LenientAddressParser;
import org.apache.james.mime4j.stream.ParserCursor;
import org.apache.james.mime4j.util.ByteArrayBuffer;
import org.countersign.syntax.Octets;
import org.countersign.testing.FromFieldArbitraries;
import org.countersign.testing.LenientAddressParsers;
import org.countersign.testing.SimpleFromParsers;

/** A field has an author only if independent readers come to the same domain, or to none. */
class AuthorReadersProperties {
    @Provide
    Arbitrary<String> fields() {
        return FromFieldArbitraries.any();
    }

    @Property(tries = 20_000)
    void aNaiveReaderFindsTheDomainOfTheAuthorOrNone(@ForAll("fields") String field) {
        switch (AuthorDomain.parse(Octets.latin1(field))) {
            case AuthorDomain.Single single ->
                assertThat(SimpleFromParsers.domains(field, single.spelling().isEmpty()))
                        .as("in %s", field)
                        .allMatch(single.domain().toString()::equals);
            case AuthorDomain.Missing missing ->
                assertThat(SimpleFromParsers.domains(field, false))
                        .as("in %s", field)
                        .isEmpty();
            case AuthorDomain.Ambiguous ambiguous ->
                assertThat(ambiguous.explain()).isNotEmpty();
        }
    }

    @Property(tries = 20_000)
    void mime4jFindsTheDomainOfTheAuthorOrNone(@ForAll("fields") String field) {
        AuthorDomain author = AuthorDomain.parse(Octets.latin1(field));
        if (author instanceof AuthorDomain.Ambiguous) {
            return;
        }
        String domain =
                author instanceof AuthorDomain.Single single ? single.domain().toString() : "";
        assertThat(mime4j(field)).as("in %s", field).allMatch(domain::equals);
    }

    @Property(tries = 20_000)
    void aReaderThatIgnoresMarksFindsTheDomainOfTheAuthorOrNone(@ForAll("fields") String field) {
        AuthorDomain author = AuthorDomain.parse(Octets.latin1(field));
        if (author instanceof AuthorDomain.Ambiguous) {
            return;
        }
        String domain =
                author instanceof AuthorDomain.Single single ? single.domain().toString() : "";
        assertThat(LenientAddressParsers.bracketJoining(field))
                .as("in %s", field)
                .allMatch(domain::equals);
        assertThat(LenientAddressParsers.markDropping(field)).as("in %s", field).allMatch(domain::equals);
    }

    @Example
    void anAddressInOuterBracketsMayContinueInFurtherBrackets() {
        for (String field : List.of(
                "<al<>ice@ex> %<ample.org> Al",
                "<al<>ice@ex>.<ample.org>",
                "<alice@ex>x<ample.org>",
                "<alice@example.org>&<<>m>]gt;)?=%] ",
                "<a;alice@example.org>. Al")) {
            assertThat(AuthorDomain.parse(Octets.latin1(field))).as(field).isInstanceOf(AuthorDomain.Ambiguous.class);
        }
    }

    @Example
    void aMarkInACommentAStringOrALiteralIsNoMarkForSomeReaders() {
        for (String field : List.of(
                "A: al(<c(ceo@bank.example>)ice@exampl<ceo@bank.example>e.org;",
                "]<(<ceo@bank.example>)> mexample.org",
                "><\"Al>\" <a<m>lice@example>.org>",
                "<((x m>)alice@example.org> Al<x",
                "\"(Al\" <=alice@exam)ple.org>",
                "o\\[192.0.2(.1]x@b)ank.corg;",
                "<a<<li[192.0.>>2.1]ce@example.org> Al",
                "\"Alx@bank.co\" <(m>)alice@example.org>")) {
            assertThat(AuthorDomain.parse(Octets.latin1(field))).as(field).isInstanceOf(AuthorDomain.Ambiguous.class);
        }
    }

    private static List<String> mime4j(String field) {
        byte[] octets = field.replace("\r\n", "").getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayBuffer buffer = new ByteArrayBuffer(octets, octets.length, true);
        List<String> domains = new ArrayList<>();
        for (Mailbox mailbox : LenientAddressParser.DEFAULT
                .parseAddressList(buffer, new ParserCursor(0, octets.length))
                .flatten()) {
            if (mailbox.getDomain() != null) {
                domains.add(mailbox.getDomain());
            }
        }
        return SimpleFromParsers.publicOnes(domains);
    }
}
