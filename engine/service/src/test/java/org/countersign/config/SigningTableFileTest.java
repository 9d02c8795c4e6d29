package org.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.signing.KeyValidity;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigningTableFileTest {
    private List<SigningTableFile.Line> lines(String text) {
        return SigningTableFile.parse("domains.table", Octets.utf8(text))
                .toOptional()
                .orElseThrow();
    }

    private List<String> problems(String text) {
        return faults(text).stream()
                .flatMap(faults -> faults.problems().stream())
                .map(ConfigProblem::toString)
                .toList();
    }

    private Optional<SigningTableFile.Faults> faults(String text) {
        return SigningTableFile.parse("domains.table", Octets.utf8(text))
                        instanceof
                        Parsed.Malformed<List<SigningTableFile.Line>, SigningTableFile.Faults>(
                                SigningTableFile.Faults faults)
                ? Optional.of(faults)
                : Optional.empty();
    }

    @Test
    void aBadLineLeavesTheOthers() {
        assertThat(faults("a.example = s1 a.pem\nb.example = s1\nc.example = s1 c.pem\n")
                        .orElseThrow()
                        .lines())
                .extracting(line -> line.key().recordName())
                .containsExactly("s1._domainkey.a.example", "s1._domainkey.c.example");
    }

    @Test
    void hasALineForEachAuthorAndKey() {
        List<SigningTableFile.Line> lines = lines("""
            # comment
            example.org\t example.org s1  keys/a.pem

            *.example.org example.org s2 keys/b.pem  active-from=2026-01-01 retire-after=2026-06-30  # comment
            """);
        assertThat(lines)
                .containsExactly(
                        new SigningTableFile.Line(
                                new AddressPattern.Domain(DomainName.of("example.org")),
                                new KeyEntry(
                                        Optional.empty(),
                                        DomainName.of("example.org"),
                                        "s1",
                                        "keys/a.pem",
                                        Optional.empty(),
                                        false,
                                        KeyValidity.ALWAYS,
                                        new ConfigLocation("domains.table", 2, 1, ""))),
                        new SigningTableFile.Line(
                                new AddressPattern.Below(DomainName.of("example.org")),
                                new KeyEntry(
                                        Optional.empty(),
                                        DomainName.of("example.org"),
                                        "s2",
                                        "keys/b.pem",
                                        Optional.empty(),
                                        false,
                                        new KeyValidity(
                                                Optional.of(Instant.parse("2026-01-01T00:00:00Z")),
                                                Optional.of(Instant.parse("2026-07-01T00:00:00Z"))),
                                        new ConfigLocation("domains.table", 4, 1, ""))));
    }

    @Test
    void mayHaveSeveralPatternsInALine() {
        assertThat(lines("a.example,*.b.example,c@c.example = s keys/{domain}.{selector}.pem\n"))
                .extracting(
                        line -> line.author().toString(),
                        line -> line.key().recordName(),
                        line -> line.key().keyFile())
                .containsExactly(
                        tuple("a.example", "s._domainkey.a.example", "keys/a.example.s.pem"),
                        tuple("*.b.example", "s._domainkey.b.example", "keys/b.example.s.pem"),
                        tuple("c@c.example", "s._domainkey.c.example", "keys/c.example.s.pem"));
        assertThat(lines("a.example,b.example esp.example s k.pem\n"))
                .extracting(line -> line.key().domain().toString())
                .containsExactly("esp.example", "esp.example");
        assertThat(problems("* = s k.pem\n")).singleElement().asString().contains("no domain that = could stand for");
    }

    @Test
    void isRefusedWithALineForEachProblem() {
        assertThat(problems("""
            example.org example.org s1 a.pem
            example.org example.org
            @example.org example.org s1 a.pem
            example.org exam!ple.org s1 a.pem when=now
            example.net example.org s1 other.pem
            example.org example.org s3 a.pem active-from=2026-01-01 retire-after=2025-12-30
            """))
                .containsExactly(
                        "domains.table:2: has 2 of the four words that a line needs; write author, domain, selector"
                                + " and key file, separated by blanks",
                        "domains.table:3: expected an address, a domain, the domains below one or all, such as"
                                + " a@example.org, example.org, \"*.example.org\" or \"*\", found \"@example.org\"",
                        "domains.table:4: expected a domain name such as example.org, found \"exam!ple.org\"",
                        "domains.table:4: unknown option \"when=now\"; write active-from=DATE,"
                                + " retire-after=DATE, passphrase-file=FILE or passphrase-env=NAME; a file name with blanks"
                                + " needs quotes",
                        "domains.table:5: gives s1._domainkey.example.org another key file, passphrase or other dates than"
                                + " line 1; give each key its own selector",
                        "domains.table:6: retire-after is before active-from; exchange the two");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "\"my keys/a b.pem\",            my keys/a b.pem",
                "'my keys/a b.pem',              my keys/a b.pem",
                "\"my #1 key.pem\" # comment,    my #1 key.pem",
                "\"a \\\"b\\\" \\\\ \\c.pem\",     a \"b\" \\ \\c.pem",
                "'a \"b\" \\\\.pem',             a \"b\" \\\\.pem",
                "it's.pem,                       it's.pem",
            })
    void mayHaveAKeyFileInQuotes(String written, String file) {
        assertThat(lines("example.org example.org s1 " + written))
                .singleElement()
                .satisfies(line -> assertThat(line.key().keyFile()).isEqualTo(file));
    }

    @Test
    void mayHaveAPassphraseFileInQuotes() {
        assertThat(lines("\"a b\"@example.org example.org s1 k.pem passphrase-file=\"my keys/secret\""))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.author()).hasToString("\"a b\"@example.org");
                    assertThat(line.key().passphrase()).contains(new PassphraseSource.File("my keys/secret"));
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"my keys/a.pem", "'my keys/a.pem", "a.pem passphrase-file=\"my keys/secret", "\""})
    void saysWhichQuotationMarkIsNotClosed(String written) {
        assertThat(problems("example.org example.org s1 " + written))
                .singleElement()
                .asString()
                .startsWith("domains.table:1: has a quotation mark without a second one: ")
                .endsWith("close it after the word, or remove it");
    }

    @Test
    void saysHowAFileNameWithBlanksIsWritten() {
        assertThat(problems("example.org example.org s1 my keys/a.pem"))
                .singleElement()
                .asString()
                .endsWith("a file name with blanks needs quotes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"s_1", "-s1", "s1-", "s1._domainkey", "s1._domainkey.example.org", "s1."})
    void refusesASelectorThatRfc6376DoesNotAllow(String selector) {
        assertThat(problems("example.org example.org " + selector + " a.pem"))
                .singleElement()
                .asString()
                .startsWith("domains.table:1: expected a selector such as s2026")
                .endsWith("found \"" + selector + "\"");
    }

    @Property(tries = 300)
    void isTotal(@ForAll @Size(max = 200) byte[] octets) {
        assertThat(SigningTableFile.parse("t", Octets.wrap(octets))).isNotNull();
    }
}
