package org.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.countersign.signing.KeyValidity;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;

class SigningTableTextTest {
    private static final String TABLE = """
        # our domains
        example.org   example.org  s1  keys/a.pem   # the main one
        *.example.org example.org  s1  keys/a.pem   passphrase-file="my # keys/secret"

        example.net   example.net  s1  "my keys/net.pem"  active-from=2026-01-01
        """;
    private static final KeyValidity UNTIL =
            new KeyValidity(Optional.empty(), Optional.of(Instant.parse("2026-12-01T10:00:00Z")));
    private static final KeyValidity FROM =
            new KeyValidity(Optional.of(Instant.parse("2026-12-01T09:00:00Z")), Optional.empty());

    private final SigningTableText table = SigningTableText.parse("domains.table", Octets.utf8(TABLE))
            .toOptional()
            .orElseThrow();

    private static Predicate<KeyEntry> key(String record) {
        return key -> key.recordName().equals(record);
    }

    @Test
    void aTableThatIsNotChangedKeepsItsText() {
        assertThat(table.text()).isEqualTo(TABLE);
    }

    @Test
    void datesAreWrittenIntoEveryLineOfAKeyAndNothingElseChanges() {
        assertThat(table.withValidity(key("s1._domainkey.example.org"), UNTIL).text())
                .isEqualTo("""
                # our domains
                example.org  example.org  s1  keys/a.pem  retire-after=2026-12-01T10:00:00Z  # the main one
                *.example.org  example.org  s1  keys/a.pem  passphrase-file="my # keys/secret"  retire-after=2026-12-01T10:00:00Z

                example.net   example.net  s1  "my keys/net.pem"  active-from=2026-01-01
                """);
    }

    @Test
    void datesAreReplacedAndRemoved() {
        assertThat(table.withValidity(key("s1._domainkey.example.net"), KeyValidity.ALWAYS)
                        .text())
                .endsWith("example.net  example.net  s1  \"my keys/net.pem\"\n");
    }

    @Test
    void aSuccessorSignsTheSameMailWithoutThePassphraseOfTheOther() {
        SigningTableText changed =
                table.withSuccessor(key("s1._domainkey.example.org"), "s2", "keys/it's \"new\" #2.pem", FROM);
        assertThat(changed.lines())
                .extracting(
                        line -> line.author() + " " + line.key().recordName(),
                        line -> line.key().validity(),
                        line -> line.key().passphrase().isPresent())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "example.org s1._domainkey.example.org", KeyValidity.ALWAYS, false),
                        org.assertj.core.groups.Tuple.tuple("example.org s2._domainkey.example.org", FROM, false),
                        org.assertj.core.groups.Tuple.tuple(
                                "*.example.org s1._domainkey.example.org", KeyValidity.ALWAYS, true),
                        org.assertj.core.groups.Tuple.tuple("*.example.org s2._domainkey.example.org", FROM, false),
                        org.assertj.core.groups.Tuple.tuple(
                                "example.net s1._domainkey.example.net",
                                new KeyValidity(Optional.of(Instant.parse("2026-01-01T00:00:00Z")), Optional.empty()),
                                false));
        assertThat(changed.lines().get(1).key().keyFile()).isEqualTo("keys/it's \"new\" #2.pem");
    }

    @Test
    void linesAreAddedAndRemoved() {
        SigningTableText changed = table.without(key("s1._domainkey.example.org"))
                .withLine(List.of("a.example", "a.example", "s1", "keys/a b.pem"), FROM)
                .withHeading(List.of("Changed by a program."));
        assertThat(changed.text()).isEqualTo("""
                # Changed by a program.
                # our domains

                example.net   example.net  s1  "my keys/net.pem"  active-from=2026-01-01
                a.example  a.example  s1  "keys/a b.pem"  active-from=2026-12-01T09:00:00Z
                """);
    }
}
