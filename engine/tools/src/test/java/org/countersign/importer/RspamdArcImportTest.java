package org.countersign.importer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.FrontEnd;
import org.countersign.config.ParsedConfiguration;
import org.countersign.service.FileFailure;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The module arc of rspamd. What rspamd 3.4 does was found in its modules arc and lua_dkim_tools. */
class RspamdArcImportTest {
    private static final Path SIGNING = Path.of("/etc/rspamd/local.d/dkim_signing.conf");
    private static final Path ARC = Path.of("/etc/rspamd/local.d/arc.conf");

    @TempDir
    Path directory;

    private Path write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private void writeKey(String name) throws IOException {
        Path key = write(name, TestKeys.RSA_PEM);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    }

    private ImportResult read(String arc) throws IOException, FileFailure {
        return read("enabled = false;\n", arc, Map.of(), Optional.empty());
    }

    private ImportResult read(String signing, String arc, Map<String, Path> tables, Optional<Path> domains)
            throws IOException, FileFailure {
        write("etc/rspamd/local.d/dkim_signing.conf", signing);
        write("etc/rspamd/local.d/arc.conf", arc);
        ImportRequest request = new ImportRequest(
                Optional.of(directory), tables, domains, Optional.empty(), name -> List.of(), false, true);
        ImportResult result = Importer.rspamd(SIGNING, Optional.empty(), List.of(ARC), request);
        assertThat(ConfigurationParser.parse("x.yaml", Octets.utf8(result.policy()), FrontEnd.NONE))
                .describedAs(result.policy())
                .isInstanceOf(ParsedConfiguration.Valid.class);
        return result;
    }

    private static List<String> said(ImportResult result, FindingClass kind) {
        return result.findings().stream()
                .filter(finding -> finding.kind() == kind)
                .map(Finding::said)
                .toList();
    }

    private static String about(ImportResult result, String said) {
        return result.findings().stream()
                .filter(finding -> finding.said().equals(said))
                .map(finding -> finding.kind() + ": " + finding.explanation())
                .findFirst()
                .orElse("");
    }

    private String seal(String domain, String selector, String file) {
        return "arc:\n  seal: { domain: " + domain + ", selector: " + selector + ", key-file: "
                + directory.resolve(file) + " }\n";
    }

    @Test
    void theKeyOfTheOnlyDomainSeals() throws Exception {
        writeKey("keys/k");
        ImportResult result =
                read("domain { a.example { path = \"/keys/k\"; selector = s; } }\ntry_fallback = false;\n");
        assertThat(result.policy()).contains(seal("a.example", "s", "keys/k"));
        assertThat(about(result, "arc.seal")).startsWith("CHANGED: ").endsWith("a.example is taken.");
        assertThat(result.keys()).hasSize(1);
        assertThat(result.steps()).anyMatch(step -> step.contains("able to read the key files"));
    }

    @Test
    void ofSeveralDomainsOneIsTakenAndTheOthersAreNamed() throws Exception {
        for (char c = 'a'; c < 'i'; c++) {
            writeKey("var/lib/rspamd/arc/" + c + ".example.arc.key");
        }
        ImportResult result = read("");
        assertThat(result.policy()).contains(seal("a.example", "arc", "var/lib/rspamd/arc/a.example.arc.key"));
        assertThat(about(result, "arc.seal"))
                .startsWith("LOST: One key seals all inbound mail, and rspamd chose it by the domain of the recipient.")
                .contains("and not b.example, c.example, d.example, e.example, f.example or one of 2 others.")
                .endsWith("for example arc: { seal: { domain: b.example, selector: arc, key-file:"
                        + " /var/lib/rspamd/arc/b.example.arc.key } }.");
        assertThat(result.needsAttention()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"use_domain", "use_domain_sign_inbound"})
    void aDomainThatIsSaidSealsAllMail(String option) throws Exception {
        writeKey("keys/b.example.arc.key");
        writeKey("keys/a.example.arc.key");
        ImportResult result = read("path = \"/keys/$domain.$selector.key\";\n" + option + " = \"mail.b.example\";\n");
        assertThat(result.policy()).contains(seal("b.example", "arc", "keys/b.example.arc.key"));
        assertThat(about(result, "use_domain")).startsWith("KEPT: ");
        assertThat(result.keys()).hasSize(1);
    }

    @Test
    void aKeyThatIsMissingOrNotRsaIsPassedOver() throws Exception {
        writeKey("keys/c");
        Path seed = directory.resolve("keys/b");
        Files.write(seed, new byte[32]);
        Files.setPosixFilePermissions(seed, PosixFilePermissions.fromString("rw-------"));
        ImportResult result = read("domain { a.example { path = \"/keys/a\"; } b.example { path = \"/keys/b\"; }"
                + " c.example { path = \"/keys/c\"; } }\n");
        assertThat(result.policy()).contains(seal("c.example", "arc", "keys/c"));
        assertThat(about(result, "a.example arc")).startsWith("DEAD: The key file does not exist.");
        assertThat(result.findings())
                .anyMatch(finding -> finding.said().equals("b.example arc")
                        && finding.kind() == FindingClass.DEAD
                        && finding.explanation().contains("Ed25519"));
    }

    @Test
    void oneFileForAllDomainsNeedsTheListOfThem() throws Exception {
        writeKey("keys/k");
        assertThat(about(read("path = \"/keys/k\";\n"), "arc.seal"))
                .startsWith("DANGER: No key to seal with was found.")
                .contains("--domains FILE");
        Path domains = write("domains", "a.example\n");
        assertThat(read("enabled = no;", "path = \"/keys/k\";\n", Map.of(), Optional.of(domains))
                        .policy())
                .contains(seal("a.example", "arc", "keys/k"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        enabled = false;                              | KEPT   | enabled = false
        sign_inbound = false;                         | LOST   | sign_inbound = false
        signing_table = "/t"; key_table = "/k";       | DEAD   | signing_table
        use_vault = true;                             | DANGER | arc.seal
        sign_condition = "return 1";                  | DANGER | arc.seal
        use_redis = true;                             | DANGER | use_redis
        selector = "a b";                             | DANGER | a b
        """)
    void withoutAKeyThatSealsInboundMailNothingIsSealed(String lines, FindingClass kind, String said) throws Exception {
        writeKey("var/lib/rspamd/arc/a.example.arc.key");
        writeKey("var/lib/rspamd/arc/b.example.a b.key");
        ImportResult result = read(lines + "\n");
        assertThat(result.policy()).doesNotContain("seal");
        assertThat(said(result, kind)).contains(said);
        assertThat(result.keys()).isEmpty();
    }

    @Test
    void aSealHasTheSameKeysInRedisAsSignatures() throws Exception {
        writeKey("dump/s.a.example");
        Path selectors = write("selectors", "a.example s\n");
        Map<String, Path> tables = Map.of("redis-selectors", selectors, "redis-keys", directory.resolve("dump"));
        String redis = "use_redis = true;\nselector_prefix = \"S\";\nkey_prefix = \"K\";\n";
        ImportResult result = read(redis, redis, tables, Optional.empty());
        assertThat(result.policy()).contains(seal("a.example", "s", "dump/s.a.example"));
        assertThat(result.keys()).hasSize(1);
        assertThat(read(redis, redis.replace("\"K\"", "\"ARC\""), tables, Optional.empty())
                        .findings())
                .anyMatch(finding -> finding.kind() == FindingClass.DANGER
                        && finding.explanation().contains("redis-cli HGET ARC SELECTOR.DOMAIN"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        [\"lists.example.net\", \"x y\", \"b.example\"] | [lists.example.net, b.example]
        \"/map\"                                        | [lists.example.net, relay.example]
        \"set;/map\"                                    | [lists.example.net, relay.example]
        """)
    void trustedSignersAreTrustedSealers(String value, String sealers) throws Exception {
        write("map", "# lists\nlists.example.net\nrelay.example # a relay\n");
        String line = "whitelisted_signers_map = " + value + ";\n";
        ImportResult result = read(line);
        assertThat(result.policy()).contains("indirect-flow:\n  trusted-sealers: " + sealers + "\n  then: accept\n");
        assertThat(read(line + "adjust_dmarc = false;\n").policy())
                .contains("trusted-sealers: " + sealers)
                .doesNotContain("then: accept");
    }

    @Test
    void aWordThatIsNoDomainIsNoSealer() throws Exception {
        write("map", "lists.example.net\nnot used any more\n# relay.example\n");
        ImportResult result = read("whitelisted_signers_map = \"/map\";\n");
        assertThat(result.policy()).contains("trusted-sealers: [lists.example.net]");
        assertThat(about(result, "not")).startsWith("DEAD: ").contains("it lacks #");
    }

    @Test
    void aWordThatIsNoDomainIsNoSealerOfOpendmarc() throws Exception {
        write("sealers", "# lists\nnot sealers:\nLists.Example.net a list\n");
        write("etc/d.conf", "DomainWhitelist *.b.example,a.example\nDomainWhitelistFile /sealers\n");
        ImportRequest request = new ImportRequest(
                Optional.of(directory), Map.of(), Optional.empty(), Optional.empty(), name -> List.of(), false, true);
        ImportResult result = Importer.opendmarc(Path.of("/etc/d.conf"), request);
        assertThat(result.policy()).contains("trusted-sealers: [a.example, lists.example.net]");
        assertThat(said(result, FindingClass.DEAD)).containsExactly("*.b.example", "not");
        assertThat(about(result, "not")).startsWith("DEAD: ");
    }

    @Test
    void everyOptionIsReportedAndAnUnknownOneNamed() throws Exception {
        List<String> options = DirectiveCatalog.RSPAMD_ARC.names().stream()
                .filter(name -> !name.equals("use_redis"))
                .toList();
        ImportResult result = read(String.join(" = x;\n", options) + " = x;\nsellector = x;\n");
        assertThat(options)
                .allSatisfy(name -> assertThat(result.findings()).anySatisfy(finding -> {
                    assertThat(finding.said()).startsWith(name);
                    assertThat(finding.origin().toString()).contains("arc.conf");
                }));
        assertThat(about(result, "sellector")).contains("did you mean selector?");
    }

    @Test
    void aFileThatWasNotNamedIsReported() throws Exception {
        write("etc/rspamd/local.d/dkim_signing.conf", "enabled = false;\n");
        write("etc/rspamd/override.d/arc.conf", "enabled = true;\n");
        ImportRequest request = new ImportRequest(
                Optional.of(directory), Map.of(), Optional.empty(), Optional.empty(), name -> List.of(), false, true);
        ImportResult alone = Importer.rspamd(SIGNING, Optional.empty(), List.of(), request);
        assertThat(about(alone, "arc.conf"))
                .isEqualTo("LOST: rspamd's module arc seals mail or trusts sealers. Import again with --arc"
                        + " /etc/rspamd/override.d/arc.conf.");
        write("etc/rspamd/local.d/arc.conf", "enabled = false;\n");
        assertThat(about(Importer.rspamd(SIGNING, Optional.empty(), List.of(ARC), request), "a second file"))
                .contains("Import again with --arc-override ");
    }
}
