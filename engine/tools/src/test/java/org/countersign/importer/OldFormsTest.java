package org.countersign.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.domain.IpNetwork;
import org.countersign.service.FileFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single forms of the old configurations, as the real programs read them. */
class OldFormsTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        192.0.2.5            | 192.0.2.5      | KEPT
        192.0.2.0/24         | 192.0.2.0/24   | KEPT
        2001:DB8::/32        | 2001:db8::/32  | KEPT
        0.0.0.0/0            | 0.0.0.0/0      | DANGER
        192.0.2.1/24         | ''             | DEAD
        192.0.2.0/255.255.255.0 | ''          | DEAD
        192.0.2              | ''             | DEAD
        192.0.2.             | ''             | DEAD
        192.0.2.*            | ''             | DEAD
        [192.0.2.5]          | ''             | DEAD
        2001:db8:0:0:0:0:0:1 | ''             | DEAD
        mail.example.net     | ''             | LOST
        .example.net         | ''             | LOST
        *.example.net        | ''             | DEAD
        *                    | ''             | DEAD
        """)
    void hostsOfAPlainFile(String text, String network, FindingClass kind) {
        Findings findings = new Findings();
        HostList.Read read = hosts(findings, DataSet.Kind.PLAIN, text);
        assertThat(read.networks().stream().map(Networks::text).toList())
                .isEqualTo(network.isEmpty() ? List.of() : List.of(network));
        assertThat(findings.inOrder().stream().map(Finding::kind).findFirst().orElse(FindingClass.KEPT))
                .isEqualTo(kind);
    }

    @Test
    void octetsMayBeWildcardsInATableOfPatterns() {
        assertThat(hosts(new Findings(), DataSet.Kind.PATTERNS, "192.0.2.*").networks())
                .containsExactly(IpNetwork.parse("192.0.2.0/24").orElseThrow());
    }

    @Test
    void aTableOfPatternsHasNoShortFormsOfNetworks() {
        assertThat(hosts(new Findings(), DataSet.Kind.PATTERNS, "192.0.2", "192.0.2.")
                        .networks())
                .isEmpty();
    }

    @Test
    void anAsteriskTurnsAWholeTableOfPatternsOff() {
        Findings findings = new Findings();
        assertThat(hosts(findings, DataSet.Kind.PATTERNS, "192.0.2.0/24", "*").networks())
                .isEmpty();
        assertThat(findings.inOrder().getFirst().explanation()).contains("turns the whole list off");
    }

    @Test
    void theNarrowerEntryDecidesAndOnATieTheNegative() {
        assertThat(hosts(new Findings(), DataSet.Kind.PLAIN, "10.0.0.0/30", "!10.0.0.1", "10.0.0.1")
                        .networks())
                .extracting(Networks::text)
                .containsExactly("10.0.0.0", "10.0.0.2/31");
        assertThat(hosts(new Findings(), DataSet.Kind.PLAIN, "!10.0.0.0/24", "10.0.0.7")
                        .networks())
                .extracting(Networks::text)
                .containsExactly("10.0.0.7");
    }

    @Test
    void localhostIsBothAddresses() {
        assertThat(hosts(new Findings(), DataSet.Kind.PATTERNS, "localhost").networks())
                .containsExactly(Networks.LOOPBACK_4, Networks.LOOPBACK_6);
    }

    private static HostList.Read hosts(Findings findings, DataSet.Kind kind, String... lines) {
        return new HostList(findings, name -> List.of(), false)
                .read(new DataSet(
                        kind,
                        List.of(lines).stream()
                                .map(line -> new DataSet.Entry(line, "", Origin.NOWHERE))
                                .toList()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        inet:8891@localhost       | [inet:8891@127.0.0.1]
        inet:8891@[192.0.2.1]     | [inet:8891@192.0.2.1]
        inet6:8891@localhost      | [inet:8891@[::1]]
        inet6:8891@[2001:db8::1]  | [inet:8891@[2001:db8::1]]
        inet:8891                 | [inet:8891@0.0.0.0, inet:8891@[::]]
        local:/run/o.sock         | [unix:/run/o.sock]
        unix:/run/o.sock          | [unix:/run/o.sock]
        /run/o.sock               | [unix:/run/o.sock]
        inet:8891@mail.example    | none
        inet:0@localhost          | none
        fifo:/x                   | none
        """)
    void sockets(String text, String ours) {
        assertThat(ListenSocket.read(text).map(Object::toString).orElse("none")).isEqualTo(ours);
    }

    @Test
    void aTableInADatabaseIsShownAsAQueryWithoutItsPassword() {
        SqlTable table = SqlTable.of(
                "dsn:pgsql://u:s3cret@5432+db.example/mail/table=dkim?keycol=id?datacol=d,s,k?filter=on=3D1");
        assertThat(table.query()).isEqualTo("SELECT id || ' ' || d || ':' || s || ':' || k FROM dkim WHERE (on=1)");
        assertThat(table.instructions("KeyTable").getFirst())
                .isEqualTo("  psql -At mail -c \"" + table.query() + "\" > KeyTable");
        assertThat(SqlTable.of("dsn:mysql://u:p@h/m/table=t?keycol=a?datacol=b").query())
                .isEqualTo("SELECT CONCAT(a, ' ', b) FROM t");
        assertThat(SecretFreeText.of("dsn:pgsql://u:s3cret@h/db")).isEqualTo("dsn:pgsql://u:...@h/db");
    }

    @Test
    void uclHasSectionsListsCommentsAndQuotes() throws Exception {
        Ucl.Section read = ucl("""
            # comment
            a = true; b: "two words"; /* one /* inner */ comment */
            list = ["x", y,
              'z'];
            domain { example.org { selector = s; } }
            domain "example.net" { selector: t }
            path = "$LOCAL_CONFDIR/$domain.key"
            """);
        assertThat(read.flag("a", false)).isTrue();
        assertThat(read.text("b").orElseThrow().text()).isEqualTo("two words");
        assertThat(read.all("list")).hasSize(3);
        assertThat(read.section("domain")
                        .section("example.net")
                        .text("selector")
                        .orElseThrow()
                        .text())
                .isEqualTo("t");
        assertThat(read.section("domain")
                        .section("example.org")
                        .text("selector")
                        .orElseThrow()
                        .text())
                .isEqualTo("s");
        assertThat(read.text("path").orElseThrow().text()).isEqualTo("/etc/rspamd/$domain.key");
        assertThat(read.text("path").orElseThrow().origin().line()).isEqualTo(7);
    }

    @Test
    void uclHasValuesWithoutEqualsSignAndTextsOfSeveralLines() throws Exception {
        Ucl.Section read = ucl("""
            selector "s1";
            path /keys/$domain.key;
            use_esld = "false";
            sign_condition = <<EOD
            return function(task) return {} end
            EOD;
            try_fallback = off
            """);
        assertThat(read.text("selector").orElseThrow().text()).isEqualTo("s1");
        assertThat(read.text("path").orElseThrow().text()).isEqualTo("/keys/$domain.key");
        assertThat(read.flag("use_esld", true)).describedAs("a text is yes").isTrue();
        assertThat(read.text("sign_condition").orElseThrow().text()).startsWith("return function");
        assertThat(read.flag("try_fallback", true)).isFalse();
        assertThat(read.text("try_fallback").orElseThrow().origin().line()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        a = <<EOD      | has no end
        a {            | is not closed
        a = [ 1, 2     | is not closed
        a = "x         | is not closed
        }              | closes nothing
        = 3            | a key is missing
        /* a           | is not closed
        """)
    void brokenUclIsRefusedWithItsLine(String text, String problem) {
        assertThatThrownBy(() -> ucl(text))
                .isInstanceOf(FileFailure.class)
                .hasMessageContaining(problem)
                .hasMessageContaining(":1: ");
    }

    @Test
    void deepNestingIsRefused() {
        assertThatThrownBy(() -> ucl("a { ".repeat(1000)))
                .isInstanceOf(FileFailure.class)
                .hasMessageContaining("deeper");
        assertThatThrownBy(() -> ucl("a = " + "[".repeat(1000))).isInstanceOf(FileFailure.class);
        assertThatThrownBy(() -> ucl("a ".repeat(1000) + "{ }")).isInstanceOf(FileFailure.class);
    }

    private Ucl.Section ucl(String text) throws Exception {
        Path file = directory.resolve("x.conf");
        Files.writeString(file, text);
        return UclReader.read(new OldFiles(Optional.of(directory)), file);
    }

    @Test
    void aLineOfARefileThatBeginsWithABlankIsNotRead() throws Exception {
        Files.writeString(directory.resolve("table"), " *@a.example k\n*@b.example k\r\n");
        Findings findings = new Findings();
        DataSet set = new DataSet.Reader(new OldFiles(Optional.empty()), Map.of(), Optional.empty(), findings)
                .read(new Directive("SigningTable", "refile:" + directory.resolve("table"), Origin.NOWHERE));
        assertThat(set.entries()).extracting(DataSet.Entry::key).containsExactly("*@b.example");
        assertThat(findings.inOrder())
                .singleElement()
                .satisfies(finding -> assertThat(finding.kind()).isEqualTo(FindingClass.DEAD));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        Domain a.example                     | Domain needs KeyFile and Selector
        Selector s                           | KeyFile and Selector need each other
        KeyFile /k.pem                       | KeyFile and Selector need each other
        SigningTable csl:a.example=k         | SigningTable needs a KeyTable
        KeyTable csl:k=a.example:s:/k.pem    | KeyTable needs a SigningTable
        """)
    void whatOpendkimDoesNotStartWithIsRefusedWithItsLine(String line, String problem) throws Exception {
        Files.writeString(directory.resolve("opendkim.conf"), "# comment\n" + line + "\n");
        assertThatThrownBy(() -> Importer.opendkim(directory.resolve("opendkim.conf"), Optional.empty(), request()))
                .isInstanceOf(FileFailure.class)
                .hasMessageContaining("opendkim.conf:2: " + problem);
    }

    @Test
    void aMissingNameIsRefusedOnlyWhereOpendkimLooksForItAtItsStart() throws Exception {
        Path file = directory.resolve("opendkim.conf");
        Files.writeString(file, "KeyTable csl:k=a.example:s:/k.pem\nSigningTable csl:a.example=x:@a.example\n");
        assertThatThrownBy(() -> Importer.opendkim(file, Optional.empty(), request()))
                .hasMessageContaining("the KeyTable has no valid line x");
        Files.writeString(file, "KeyTable csl:k=a.example:s:/k.pem\nSigningTable csl:a.example=x\n");
        assertThat(Importer.opendkim(file, Optional.empty(), request()).needsAttention())
                .isTrue();
    }

    @Test
    void everyOptionOfRspamdIsReportedAndAnUnknownOneNamed() throws Exception {
        Path file = directory.resolve("dkim_signing.conf");
        List<String> options = DirectiveCatalog.RSPAMD.names().stream()
                .filter(name -> !name.equals("use_redis"))
                .toList();
        Files.writeString(file, String.join(" = x;\n", options) + " = x;\nsellector = x;\n");
        List<Finding> findings =
                Importer.rspamd(file, Optional.empty(), List.of(), request()).findings();
        assertThat(options)
                .allSatisfy(name -> assertThat(findings)
                        .anySatisfy(finding -> assertThat(finding.said()).startsWith(name)));
        assertThat(findings).anySatisfy(finding -> {
            assertThat(finding.said()).isEqualTo("sellector");
            assertThat(finding.origin().line()).isEqualTo(options.size() + 1);
            assertThat(finding.explanation()).contains("did you mean selector?");
        });
    }

    private static ImportRequest request() {
        return new ImportRequest(
                Optional.empty(), Map.of(), Optional.empty(), Optional.empty(), name -> List.of(), false, false);
    }
}
