package org.countersign.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.service.FileFailure;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Forms of configurations that do something else than they seem to do. What the old programs do was found by running OpenDKIM
 * 2.11 and rspamd 3.4.
 */
class OldConfigurationsTest {
    @TempDir
    Path directory;

    @BeforeEach
    void makeTheKey() throws IOException {
        Path key = write("keys/k", "-----BEGIN PRIVATE KEY-----\n" + TestPem.BASE64 + "\n-----END PRIVATE KEY-----\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    }

    private Path write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private ImportRequest request(boolean asMeant) {
        return new ImportRequest(
                Optional.of(directory), Map.of(), Optional.empty(), Optional.empty(), name -> List.of(), asMeant, true);
    }

    private ImportResult opendkim(String text) throws IOException, FileFailure {
        write("etc/o.conf", text);
        return Importer.opendkim(Path.of("/etc/o.conf"), Optional.empty(), request(false));
    }

    private ImportResult rspamd(String text, boolean asMeant) throws IOException, FileFailure {
        write("etc/rspamd/local.d/dkim_signing.conf", text);
        return Importer.rspamd(
                Path.of("/etc/rspamd/local.d/dkim_signing.conf"), Optional.empty(), List.of(), request(asMeant));
    }

    private static Optional<Finding> about(ImportResult result, String said) {
        return result.findings().stream()
                .filter(finding -> finding.said().equals(said))
                .findFirst();
    }

    private static FindingClass kind(ImportResult result, String said) {
        return about(result, said).map(Finding::kind).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        KeyTable csl:k=a.example:s:/keys/k§SigningTable refile:/etc/empty
        KeyTable /etc/empty§SigningTable refile:/etc/empty
        Domain a.example;b.example§Selector s§KeyFile /keys/k
        Domain .a.example§Selector s§KeyFile /keys/k
        Canonicalization relaxed/relaxed
        """)
    void anOpendkimThatSignsNothingIsNotImportedSilently(String lines) throws Exception {
        write("etc/empty", "# none yet\n");
        ImportResult result = opendkim(lines.replace('§', '\n') + "\n");
        assertThat(kind(result, "keys")).isEqualTo(FindingClass.DANGER);
        assertThat(result.needsAttention()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        Canonicalization Relaxed         | KEPT    | relaxed/simple  | Written out.
        Canonicalization simple/relaxed  | KEPT    | simple/relaxed  | Written out.
        Canonicalization relaxed/relaxed | DEFAULT | ''              | The default here.
        """)
    void theCanonicalizationOfOpendkimIsKept(String line, FindingClass kind, String written, String said)
            throws Exception {
        ImportResult result = opendkim(line + "\nDomain a.example\nSelector s\nKeyFile /keys/k\n");
        Finding finding = about(result, line).orElseThrow();
        assertThat(finding.kind()).isEqualTo(kind);
        assertThat(finding.explanation()).startsWith(said);
        assertThat(result.policy().contains("canonicalization: " + written)).isEqualTo(!written.isEmpty());
    }

    @Test
    void theCanonicalizationThatOpendkimHasWithoutALineIsWrittenOut() throws Exception {
        ImportResult result = opendkim("Domain a.example\nSelector s\nKeyFile /keys/k\n");
        assertThat(about(result, "Canonicalization (not set)").orElseThrow().explanation())
                .startsWith("simple/simple, the default of OpenDKIM, is written out.");
        assertThat(result.policy()).contains("canonicalization: simple/simple");
    }

    @Test
    void aFilterThatOnlyVerifiesNeedsNoKeys() throws Exception {
        assertThat(about(opendkim("Mode v\n"), "keys")).isEmpty();
    }

    @Test
    void aKeyOfALineThatCannotBeSaidIsNotCalledUnused() throws Exception {
        write("etc/st", "[a-c]@a.example k\n*@b.example j\n");
        ImportResult result =
                opendkim("KeyTable csl:k=a.example:s:/keys/k,j=b.example:s:/keys/k\nSigningTable refile:/etc/st\n");
        assertThat(kind(result, "[a-c]@a.example")).isEqualTo(FindingClass.LOST);
        assertThat(about(result, "k")).isEmpty();
    }

    @Test
    void aDotAtTheEndOfADomainIsLeftOutAndSaid() throws Exception {
        ImportResult result = opendkim("KeyTable csl:k=a.example.:s:/keys/k\nSigningTable csl:a.example=k\n");
        assertThat(result.keys()).hasSize(1);
        assertThat(result.findings().stream().filter(finding -> finding.said().equals("k")))
                .anySatisfy(finding -> assertThat(finding.explanation()).contains("ends with a dot"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        KeyTable /etc/kt \\ | no line is continued on the next one
        Domain=a.example    | unknown name Domain=, because a blank stands between name and value
        """)
    void linesOfOtherSyntaxesAreRefusedWithTheReason(String line, String why) {
        assertThatThrownBy(() -> opendkim(line + "\nSigningTable refile:/etc/st\n"))
                .isInstanceOfSatisfying(
                        FileFailure.class,
                        failure -> assertThat(failure.lines().getFirst())
                                .startsWith("/etc/o.conf:1: ")
                                .contains(why));
    }

    @ParameterizedTest
    @CsvSource({"2024, true", "1k, true", "20m, true", "2024a, false", "s1, false", "'\"2024\"', false"})
    void rspamdSignsNothingWithASelectorThatIsANumber(String selector, boolean number) throws Exception {
        for (String text : List.of(
                "domain { a.example { path = \"/keys/k\"; selector = " + selector + "; } }\n",
                "domain { a.example { selectors = [ { path = \"/keys/k\", selector = " + selector + " } ]; } }\n",
                "selector = " + selector + ";\ndomain { a.example { path = \"/keys/k\"; } }\n")) {
            ImportResult result = rspamd(text, false);
            assertThat(result.keys()).hasSize(1);
            assertThat(about(result, "selector = " + selector.replace("\"", ""))
                            .filter(finding -> finding.kind() == FindingClass.CHANGED)
                            .isPresent())
                    .describedAs(text)
                    .isEqualTo(number);
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "no", "off", "0", "'\"false\"'", "'\"no\"'", "'\"n\"'"})
    void quotationMarksDoNotSwitchAModuleOn(String value) throws Exception {
        ImportResult result =
                rspamd("enabled = " + value + ";\ndomain { a.example { path = \"/keys/k\"; selector = s; } }\n", false);
        assertThat(result.keys()).isEmpty();
        assertThat(about(result, "enabled = false").orElseThrow().origin().toString())
                .endsWith("dkim_signing.conf:1");
    }

    @Test
    void aDomainInCapitalsIsNeverFound() throws Exception {
        String text = "domain { A.example { path = \"/keys/k\"; selector = s; } }\n";
        assertThat(rspamd(text, false).keys()).isEmpty();
        assertThat(kind(rspamd(text, false), "domain A.example")).isEqualTo(FindingClass.DEAD);
        assertThat(rspamd(text, true).keys()).hasSize(1);
    }

    @Test
    void quotationMarksInAMapArePartOfTheValue() throws Exception {
        write("etc/sel.map", "a.example \"s\"\n\"b.example\" t # ours\n");
        ImportResult result = rspamd("selector_map = \"/etc/sel.map\";\npath = \"/keys/k\";\n", false);
        assertThat(result.keys()).hasSize(2);
        assertThat(kind(result, "a.example \"s\"")).isEqualTo(FindingClass.CHANGED);
        assertThat(about(result, "b.example t")).isEmpty();
    }

    @Test
    void aDomainThatOpendmarcComparesWithNothingIsNotExempted() throws Exception {
        write("etc/d.conf", "IgnoreMailFrom a.example,.b.example\n");
        ImportResult result = Importer.opendmarc(Path.of("/etc/d.conf"), request(false));
        assertThat(result.policy()).contains("treat-as: { none: [a.example] }");
        assertThat(kind(result, ".b.example")).isEqualTo(FindingClass.DEAD);
    }

    @Test
    void anIndentedLineOfOpendmarcMatchesNothing() throws Exception {
        write("etc/hosts", "192.0.2.1\n 192.0.2.2\n\t192.0.2.3\n  # 192.0.2.4\n");
        write("etc/d.conf", "IgnoreHosts /etc/hosts\n");
        ImportResult result = Importer.opendmarc(Path.of("/etc/d.conf"), request(false));
        assertThat(result.policy()).contains("skip-networks: [\"192.0.2.1\"]");
        assertThat(about(result, "192.0.2.3").orElseThrow().explanation()).endsWith("Remove the blank.");
        assertThat(kind(result, "192.0.2.2")).isEqualTo(FindingClass.DEAD);
        assertThat(about(result, "192.0.2.4")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        Domain a.example \\#  b.example  | :2: unknown name b.example, because a backslash does not continue the line before.
        Seletcor s                       | did you mean Selector? The old program
        Include /etc/conf.d/*.conf       | a * is no pattern
        """)
    void whyOpendkimDoesNotStartIsSaid(String text, String why) {
        assertThatThrownBy(() -> opendkim(text.replace("#", "\n") + "\n"))
                .isInstanceOf(FileFailure.class)
                .hasMessageContaining(why);
    }

    @Test
    void aByteOrderMarkIsNamed() {
        assertThatThrownBy(() -> opendkim("\uFEFFMode sv\n"))
                .isInstanceOf(FileFailure.class)
                .hasMessageContaining("/etc/o.conf:1: The file begins with a byte order mark");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        RemoveARFrom mx.a.example,*      | *                   | DEAD
        Nameservers 9.9.9.9,[::1]        | [::1]               | LOST
        Nameservers 9.9.9.9,[::1]        | Nameservers 9.9.9.9,[::1] | KEPT
        """)
    void anElementThatIsNotTakenIsNamed(String line, String said, FindingClass kind) throws Exception {
        ImportResult result = opendkim("Domain a.example\nSelector s\nKeyFile /keys/k\n" + line + "\n");
        assertThat(kind(result, said)).isEqualTo(kind);
        assertThat(result.policy()).doesNotContain("\"*\"");
    }

    @Test
    void aServiceIsListedOnce() throws Exception {
        assertThat(opendkim(
                                "Domain a.example\nSelector s\nKeyFile /keys/k\nMTA ORIGINATING,msa\nMacroList daemon_name=ORIGINATING|MSA\n")
                        .policy())
                .contains("daemon-names: [ORIGINATING, msa, MSA]");
    }

    @Test
    void aDomainThatCannotBeReadIsShownAsItIs() throws Exception {
        ImportResult result = opendkim("Domain m\uFFFDller.example,a.example\nSelector s\nKeyFile /keys/k\n");
        assertThat(about(result, "m\uFFFDller.example").orElseThrow().explanation())
                .contains("xn--");
        assertThat(about(result, "Domain m\uFFFDller.example,a.example")).isPresent();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        path = "/etc/dkim/a.key#selector = "s1"; | :1: a quotation mark is not closed on its line
        selector = s;#.include "/etc/none.conf"  | :2: .include
        """)
    void whyRspamdDoesNotStartIsSaid(String text, String why) {
        assertThatThrownBy(() -> rspamd(text.replace("#", "\n") + "\n", false))
                .isInstanceOf(FileFailure.class)
                .hasMessageContaining(why);
    }

    @Test
    void aLineOfAMapThatMatchesNothingIsNamed() throws Exception {
        write("etc/sel.map", "*.b.example s\nc.example\nd.example s\n");
        ImportResult result =
                rspamd("\uFEFFenabled = true;\nselector_map = \"/etc/sel.map\";\npath = \"/keys/k\";\n", false);
        assertThat(result.keys()).hasSize(1);
        assertThat(about(result, "\uFEFFenabled").orElseThrow().explanation()).contains("byte order mark");
        assertThat(kind(result, "*.b.example")).isEqualTo(FindingClass.DEAD);
        assertThat(about(result, "c.example").orElseThrow().explanation()).contains("no value");
    }

    @Test
    void aProgramInLuaIsRefused() throws Exception {
        write("etc/rspamd/rspamd.local.lua", "rspamd_config.X = { callback = function(task) return true end }\n");
        assertThatThrownBy(() -> Importer.rspamd(
                        Path.of("/etc/rspamd/rspamd.local.lua"), Optional.empty(), List.of(), request(false)))
                .isInstanceOf(FileFailure.class)
                .hasMessageContaining("a program in Lua, which is not run");
    }
}
