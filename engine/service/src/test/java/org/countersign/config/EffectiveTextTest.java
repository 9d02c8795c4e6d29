package org.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;

/** The configuration in effect, written as a policy file. */
class EffectiveTextTest {
    private static final String FULL = """
            mode: enforce
            protect: [example.org]
            indirect-flow:
              trusted-sealers: [list.example]
              forwarders: { networks: [192.0.2.0/24], mail-from: [list.example] }
            dmarc:
              treat-as: { reject: [bank.example, "*.bank.example"] }
            dns:
              servers: ["[fe80::1%lo]:53", "127.0.0.1:5353"]
              cache: { max-ttl: 2h }
            rules:
              - name: board
                when: { any-recipient: [board@example.org], dmarc: [fail, none] }
                unless: { client: 198.51.100.0/24, user: "*@example.org" }
                then: reject
                reply: { code: 554, enhanced-code: 5.7.1, text: "Mail from {author-domain}: \\"no\\", see # below" }
            examples:
              - { name: to the board, author: n@a.example, client: 203.0.113.1, recipients: [board@example.org], expect: reject }
            arc:
              seal: { domain: example.org, selector: a1, key-file: keys/a1.pem }
            signing:
              when: { networks: [192.0.2.0/24], local: true, daemon-names: ["it's: odd", 'a\\b"c', "-", "null", "~x"] }
              keys:
                - { name: k, domain: example.org, selector: s1, key-file: "my keys/s1.pem", passphrase-file: "p: x" }
              table:
                - { author: ["*"], keys: [k], oversign: [Subject] }
              expires-after: 7d
            """;

    private static ParsedConfiguration.Valid valid(String text) {
        return (ParsedConfiguration.Valid) ConfigurationParser.parse("a/mx.yaml", Octets.utf8(text), FrontEnd.NONE);
    }

    private static String effective(String text) {
        return ConfigurationParser.effective("a/mx.yaml", Octets.utf8(text), FrontEnd.NONE)
                .orElseThrow();
    }

    private static List<String> values(String text) {
        return valid(text).settings().stream()
                .map(setting -> setting.path() + "=" + setting.value())
                .toList();
    }

    /** Without the comments at the ends of lines, which have the places in the file that was read. */
    private static String withoutOrigins(String effective) {
        return effective
                .lines()
                .map(line -> line.replaceFirst("# mx\\.yaml:\\d+$", ""))
                .collect(Collectors.joining("\n"));
    }

    private static void assertSame(String text) {
        String effective = effective(text);
        assertThat(values(effective)).isEqualTo(values(text));
        assertThat(withoutOrigins(effective(effective)).replace("# default", ""))
                .isEqualTo(withoutOrigins(effective).replace("# default", ""));
        Configuration before = valid(text).configuration();
        Configuration after = valid(effective).configuration();
        assertThat(after.traffic()).isEqualTo(before.traffic());
        assertThat(after.dns()).isEqualTo(before.dns());
        assertThat(after.messageMemory()).isEqualTo(before.messageMemory());
        assertThat(after.policy().settings()).isEqualTo(before.policy().settings());
        assertThat(after.policy().rules()).hasSameSizeAs(before.policy().rules());
        assertThat(after.signing().keys()).hasSameSizeAs(before.signing().keys());
        assertThat(after.policy().failedExamples()).isEqualTo(before.policy().failedExamples());
        assertThat(valid(effective).warnings()).hasSameSizeAs(valid(text).warnings());
    }

    @Test
    void aFullFileIsReadBackAsTheSameConfiguration() {
        assertSame(FULL);
    }

    @Test
    void theDefaultsAreReadBackAsTheDefaults() {
        assertSame("mode: monitor\n");
        assertThat(effective("")).contains("mode: monitor  # default\n").doesNotContain("mx.yaml");
    }

    @Test
    void eachValueHasItsOrigin() {
        assertThat(effective(FULL))
                .contains(
                        "mode: enforce  # mx.yaml:1\n",
                        "  timeout: 2s  # default\n",
                        "    max-ttl: 2h  # mx.yaml:10\n",
                        "# authserv-id: the mail server's host name  # default\n",
                        "# mx.yaml:11\nrules:\n",
                        "  # mx.yaml:23\n  keys:\n");
    }

    /** networks changes the meaning of local by being there at all. */
    @Test
    void aDefaultWhosePresenceMattersIsAComment() {
        assertThat(effective("signing: { table-file: t }\n")).contains("    #networks: []  # default\n");
        assertThat(effective("signing: { table-file: t, when: { networks: [] } }\n"))
                .contains("    networks: []  # mx.yaml:1\n");
    }

    @Test
    void aFileWithProblemsHasNoEffectiveConfiguration() {
        assertThat(ConfigurationParser.effective("mx.yaml", Octets.utf8("mode: x\n"), FrontEnd.NONE))
                .isEmpty();
    }
}
