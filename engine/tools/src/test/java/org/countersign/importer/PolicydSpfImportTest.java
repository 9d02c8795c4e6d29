package org.countersign.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.FrontEnd;
import org.countersign.config.ParsedConfiguration;
import org.countersign.service.FileFailure;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings of policyd-spf. What the program does with each was found by sending requests to policyd-spf 3.0.4 of Debian 12. */
class PolicydSpfImportTest {
    private static final Pattern RULE = Pattern.compile("\\{ name: .* \\}(?=\\.)");

    @TempDir
    Path directory;

    private ImportResult read(String text, boolean asMeant) throws IOException, FileFailure {
        Path file = Files.writeString(directory.resolve("p.conf"), text);
        ImportRequest request = new ImportRequest(
                Optional.of(directory), Map.of(), Optional.empty(), Optional.empty(), name -> List.of(), asMeant, true);
        return Importer.policydSpf(file, request);
    }

    private static List<String> said(ImportResult result) {
        return result.findings().stream()
                .filter(finding -> finding.origin().line() > 0)
                .map(finding -> finding.kind() + " " + finding.said())
                .toList();
    }

    private static String skipped(ImportResult result) {
        return result.policy()
                .lines()
                .filter(line -> line.contains("skip-networks"))
                .findFirst()
                .orElse("")
                .replace("\"", "")
                .strip();
    }

    @Test
    void addressesOfDebiansFileAreNetworks() throws Exception {
        ImportResult result = read(
                "skip_addresses = 127.0.0.0/8,::ffff:127.0.0.0/104,::1\nWhitelist = 192.0.2.7,10.0.0.0/8\n", false);
        assertThat(skipped(result)).isEqualTo("skip-networks: [127.0.0.0/8, ::1, 192.0.2.7, 10.0.0.0/8]");
        assertThat(said(result))
                .containsExactlyInAnyOrder(
                        "KEPT skip_addresses 127.0.0.0/8,::ffff:127.0.0.0/104,::1",
                        "KEPT Whitelist 192.0.2.7,10.0.0.0/8");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        HELO_reject = Fail              | LOST    | when: { spf: fail }
        HELO_reject = SPF_Not_Pass      | LOST    | spf: [fail, softfail, neutral] }
        Mail_From_reject = Softfail     | LOST    | spf: [fail, softfail] }
        HELO_reject = Null              | LOST    | bounces alone
        Mail_From_reject = Null         | DEAD    | no word
        HELO_reject = False             | DEFAULT | No mail is refused
        Mail_From_reject = No_Check     | DEFAULT | No mail is refused
        HELO_reject = fail              | DEAD    | the word is Fail
        Mail_From_reject = spf_not_pass | DEAD    | the word is SPF_Not_Pass
        HELO_reject = "Fail"            | DEAD    | refused no mail
        HELO_reject =                   | DEAD    | refused no mail
        TempError_Defer = True          | LOST    | spf: temperror }
        PermError_reject = True         | LOST    | spf: permerror }
        TempError_Defer = true          | DEAD    | letter by letter
        PermError_reject = False        | DEFAULT | No mail
        helo_reject = False             | DEAD    | did you mean HELO_reject?
        Syslog = yes                    | DEAD    | no setting of this name
        Whitelist                       | DEAD    | without =
        HELO_reject: False              | DEAD    | without =
        Authserv_Id = a = b             | DEAD    | more than one =
        defaultSeedOnly = 0             | DEAD    | TestOnly counts
        TestOnly = 0                    | KEPT    | Nothing was refused
        TestOnly = 1                    | DEFAULT | without the line
        Mock = False                    | CHANGED | even False
        InternalHosts = 10.0.0.0/8      | DEAD    | pyspf-milter alone
        skip_addresses = 10.0.0.0/8     | CHANGED | checked it with this line
        """)
    void aSettingIsReadAsTheProgramReadsIt(String line, FindingClass kind, String why) throws Exception {
        assertThat(read(line + "\n", false).findings()).anySatisfy(finding -> {
            assertThat(finding.kind()).isEqualTo(kind);
            assertThat(finding.explanation()).contains(why);
            assertThat(finding.origin().toString()).isEqualTo("/p.conf:1");
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        10.0.0.0/8, 172.16.0.0/12,192.168.0.0/16  | 10.0.0.0/8    | DEAD 172.16.0.0/12; DEAD 192.168.0.0/16
        172.16.0.0/12,10.1.0.0/8,192.168.0.0/16   | 172.16.0.0/12 | DEAD 10.1.0.0/8; DEAD 192.168.0.0/16
        172.16.0.0/255.240.0.0                    | 172.16.0.0/12 | ''
        172.16.0.0/12 192.168.0.0/16              | ''            | DEAD 172.16.0.0/12 192.168.0.0/16
        192.168.0.0/16,                           | 192.168.0.0/16 | ''
        ,192.168.0.0/16                           | ''            | DEAD 192.168.0.0/16
        ::ffff:192.168.0.0/112,10.0.0.0/8         | 10.0.0.0/8    | DEAD ::ffff:192.168.0.0/112
        mail.example                              | ''            | DEAD mail.example
        10.0.0.0/33                               | ''            | DEAD 10.0.0.0/33
        """)
    void anEntryThatCannotBeReadEndsTheList(String list, String networks, String dead) throws Exception {
        ImportResult result = read("Whitelist = " + list + "\n", false);
        assertThat(skipped(result))
                .isEqualTo("skip-networks: [127.0.0.0/8, ::1" + (networks.isEmpty() ? "" : ", " + networks) + "]");
        assertThat(String.join(
                        "; ",
                        said(result).stream()
                                .filter(said -> said.startsWith("DEAD"))
                                .toList()))
                .isEqualTo(dead);
    }

    @Test
    void asMeantTheWholeListCounts() throws Exception {
        ImportResult result = read("Whitelist = 10.1.0.0/8, 192.168.0.0/16,172.16.0.0/12\n", true);
        assertThat(skipped(result)).endsWith("::1, 10.0.0.0/8, 192.168.0.0/16, 172.16.0.0/12]");
        assertThat(said(result)).contains("CHANGED 10.1.0.0/8", "CHANGED 192.168.0.0/16", "CHANGED 172.16.0.0/12");
    }

    @Test
    void ofTwoSettingsTheLastThatIsReadCounts() throws Exception {
        ImportResult result = read("Whitelist = 192.0.2.1\nWhitelist = 192.0.2.2\nWhitelist = 192.0.2.3=x\n", false);
        assertThat(skipped(result)).endsWith("::1, 192.0.2.2]");
        assertThat(said(result))
                .containsExactlyInAnyOrder(
                        "DEAD Whitelist 192.0.2.1", "KEPT Whitelist 192.0.2.2", "DEAD Whitelist 192.0.2.3=x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TestOnly = 0", "Mock = False"})
    void whereNothingIsRefusedNoRefusalIsLost(String off) throws Exception {
        ImportResult result = read(off + "\nHELO_reject = Fail\nTempError_Defer = True\nNo_Mail = True\n", false);
        assertThat(result.needsAttention()).isFalse();
        assertThat(said(result)).contains("DEAD HELO_reject Fail", "DEAD TempError_Defer True", "DEAD No_Mail True");
        assertThat(result.findings())
                .anyMatch(finding -> finding.said().equals("SPF alone")
                        && finding.explanation().startsWith("policyd-spf refused no mail"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"debugLevel = high", "TestOnly =", "Void_Limit = 0x2", "skip_addresses ="})
    void aLineThatEndsTheProgramIsRefused(String line) {
        assertThatThrownBy(() -> read("\n" + line + "\n", false))
                .isInstanceOf(FileFailure.class)
                .hasMessageContaining("/p.conf:2: ")
                .hasMessageContaining("policyd-spf ends with this line");
    }

    @Test
    void aByteOrderMarkIsNamed() throws Exception {
        ImportResult result = read("\uFEFFHELO_reject = False\r\nMail_From_reject = False\r\n", false);
        assertThat(result.findings())
                .anyMatch(finding ->
                        finding.origin().line() == 1 && finding.explanation().contains("byte order mark"));
        assertThat(said(result)).contains("DEFAULT Mail_From_reject False");
    }

    @Test
    void theClientsOfTheMilterAreSkipped() throws Exception {
        ImportResult result = read("Socket = local:/run/s\nInternalHosts = 192.0.2.0/24, mail.example\n", false);
        assertThat(skipped(result)).endsWith("::1, 192.0.2.0/24]");
        assertThat(said(result)).contains("LOST mail.example");
    }

    @Test
    void theRulesThatAreProposedAreRules() throws Exception {
        ImportResult result = read("""
                HELO_reject = Null
                Mail_From_reject = SPF_Not_Pass
                TempError_Defer = True
                PermError_reject = True
                Reject_Not_Pass_Domains = a.example
                """, false);
        List<String> rules = result.findings().stream()
                .flatMap(finding -> RULE.matcher(finding.explanation()).results())
                .map(found -> found.group().replace("DOMAIN", "a.example"))
                .toList();
        assertThat(rules)
                .hasSize(5)
                .allSatisfy(rule -> assertThat(ConfigurationParser.parse(
                                "x.yaml", Octets.utf8("mode: monitor\nrules:\n  - " + rule + "\n"), FrontEnd.NONE))
                        .describedAs(rule)
                        .isInstanceOf(ParsedConfiguration.Valid.class));
    }
}
