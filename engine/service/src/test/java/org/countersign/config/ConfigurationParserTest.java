package org.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.config.PolicyTexts.problems;
import static org.countersign.config.PolicyTexts.valid;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.countersign.TrafficRules;
import org.countersign.dkim.DkimLimits;
import org.countersign.dns.cache.CacheSettings;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.inbound.SpfSettings;
import org.countersign.policy.Mode;
import org.countersign.signing.KeyValidity;
import org.countersign.spf.SpfLimits;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationParserTest {
    private static final String COMPLETE = """
        authserv-id: mx.example.org
        authserv-id-aliases: [old.example.org, mx2.example.org]
        mode: enforce
        listen: ["inet:127.0.0.1:9999"]
        dns:
          servers: ["127.0.0.1:5353", "::1", "[2001:db8::53]:54"]
          timeout: 1500ms
          deadline: 10s
          cache: { max-bytes: 64MiB, min-ttl: 30s, max-ttl: 12h, failure-ttl: 0s, serve-stale: 2d }
        inbound:
          skip-networks: [10.0.0.0/8]
        signing:
          when: { authenticated: false, networks: ["192.0.2.0/24"], daemon-names: [SUBMIT] }
          keys:
            - domain: Example.ORG
              selector: s2026
              key-file: keys/example.org.s2026.pem
            - { domain: bücher.example, selector: a.b, key-file: /etc/k.pem }
        spf: { check-helo: false, void-lookups: 5 }
        limits: { message-memory: 64MiB }
        dkim: { max-signatures: 3, clock-drift: 0s, shortest-rsa-key: 2048, longest-rsa-key: 8192 }
        """;

    private static InetSocketAddress server(String address, int port) {
        return new InetSocketAddress(IpNetwork.parseAddress(address).orElseThrow(), port);
    }

    @Nested
    class Settings {
        @ParameterizedTest
        @ValueSource(strings = {"", "\n", "# only a comment\n", "---\n", "{}", "dns:\ninbound:\n", "null", "\uFEFF"})
        void areTheDefaultsInAFileThatSaysNothing(String text) {
            assertThat(valid(text)).isEqualTo(valid(""));
        }

        @Test
        void haveTheDocumentedDefaults() {
            Configuration defaults = Configuration.DEFAULT;
            assertThat(defaults.mode()).isEqualTo(Mode.MONITOR);
            assertThat(defaults.inbound().authserv().authservId()).isEmpty();
            assertThat(defaults.dns())
                    .isEqualTo(new DnsSettings(
                            List.of(),
                            Duration.ofSeconds(2),
                            Duration.ofSeconds(20),
                            new CacheSettings(
                                    32 * 1024 * 1024,
                                    Duration.ZERO,
                                    Duration.ofDays(1),
                                    Duration.ofSeconds(5),
                                    Duration.ofHours(1))));
            assertThat(defaults.traffic().skipNetworks())
                    .extracting(IpNetwork::toString)
                    .containsExactly("127.0.0.0/8", "::1/128");
            assertThat(defaults.inbound().spf()).isEqualTo(SpfSettings.DEFAULT);
            assertThat(defaults.inbound().spf().limits().voidLookups()).isEqualTo(2);
            assertThat(defaults.traffic()).isEqualTo(TrafficRules.DEFAULT);
            assertThat(defaults.signing().keys()).isEmpty();
        }

        @Test
        void areReadFromEveryKey() {
            Configuration configuration = valid(COMPLETE);
            assertThat(configuration.inbound().authserv().authservId()).isEqualTo("mx.example.org");
            assertThat(configuration.inbound().authserv().aliases())
                    .containsExactly("old.example.org", "mx2.example.org");
            assertThat(configuration.mode()).isEqualTo(Mode.ENFORCE);
            assertThat(configuration.dns())
                    .isEqualTo(new DnsSettings(
                            List.of(server("127.0.0.1", 5353), server("::1", 53), server("2001:db8::53", 54)),
                            Duration.ofMillis(1500),
                            Duration.ofSeconds(10),
                            new CacheSettings(
                                    64 * 1024 * 1024,
                                    Duration.ofSeconds(30),
                                    Duration.ofHours(12),
                                    Duration.ZERO,
                                    Duration.ofDays(2))));
            assertThat(configuration.inbound().spf())
                    .isEqualTo(new SpfSettings(false, SpfLimits.DEFAULT.withVoidLookups(5)));
            assertThat(configuration.messageMemory()).isEqualTo(64L << 20);
            assertThat(configuration.inbound().dkim()).isEqualTo(new DkimLimits(3, Duration.ZERO, 2048, 8192));
            assertThat(configuration.traffic().skipNetworks())
                    .containsExactly(IpNetwork.parse("10.0.0.0/8").orElseThrow());
            assertThat(configuration.traffic())
                    .isEqualTo(new TrafficRules(
                            List.of(IpNetwork.parse("10.0.0.0/8").orElseThrow()),
                            false,
                            List.of(IpNetwork.parse("192.0.2.0/24").orElseThrow()),
                            List.of("SUBMIT")));
        }

        @Test
        void nameEachKeyWithThePlaceOfItsFile() {
            List<KeyEntry> keys = valid(COMPLETE).signing().keys();
            assertThat(keys)
                    .containsExactly(
                            new KeyEntry(
                                    Optional.empty(),
                                    DomainName.of("example.org"),
                                    "s2026",
                                    "keys/example.org.s2026.pem",
                                    Optional.empty(),
                                    false,
                                    KeyValidity.ALWAYS,
                                    new ConfigLocation("mx.yaml", 17, 7, "signing.keys[0].key-file")),
                            new KeyEntry(
                                    Optional.empty(),
                                    DomainName.of("xn--bcher-kva.example"),
                                    "a.b",
                                    "/etc/k.pem",
                                    Optional.empty(),
                                    false,
                                    KeyValidity.ALWAYS,
                                    new ConfigLocation("mx.yaml", 18, 48, "signing.keys[1].key-file")));
            assertThat(keys.get(0).recordName()).isEqualTo("s2026._domainkey.example.org");
        }

        @Test
        void ofTheProgramAroundTheEngineAreReadFromTheSameDocument() {
            assertThat(valid(COMPLETE).extension(PolicyTexts.LISTEN)).containsExactly("inet:127.0.0.1:9999");
            assertThat(valid("mode: monitor").extension(PolicyTexts.LISTEN)).containsExactly("inet:127.0.0.1:8891");
        }

        @Test
        void emptyListsAreNotTheDefault() {
            assertThat(valid("inbound: { skip-networks: [] }").traffic().skipNetworks())
                    .isEmpty();
        }

        @Test
        void mayBeQuotedOrNot() {
            assertThat(valid("mode: \"enforce\"\n")).isEqualTo(valid("mode: 'enforce'\r\n"));
            assertThat(valid("signing: {keys: [{domain: a.example, selector: 2026, key-file: k}]}")
                            .signing()
                            .keys()
                            .get(0)
                            .selector())
                    .isEqualTo("2026");
        }
    }

    @Nested
    class UnknownKeys {
        @Test
        void areReportedWithLineAndWhatWasMeant() {
            assertThat(problems("mode: enforce\ninbound:\n  skip-network: [10.0.0.0/8]\n"))
                    .containsExactly("mx.yaml:3: inbound.skip-network: unknown key; did you mean skip-networks?");
        }

        @ParameterizedTest
        @ValueSource(strings = {"authserv_id", "AuthServ-Id", "authservid", "autsherv-id"})
        void areRecognizedInOtherSpellings(String key) {
            assertThat(problems(key + ": mx.example.org"))
                    .containsExactly("mx.yaml:1: " + key + ": unknown key; did you mean authserv-id?");
        }

        @Test
        void areRecognizedInTheWrongSection() {
            assertThat(problems("skip-networks: []\ntimeout: 5s\n"))
                    .containsExactly(
                            "mx.yaml:1: skip-networks: unknown key; did you mean inbound.skip-networks?",
                            "mx.yaml:2: timeout: unknown key; did you mean dns.timeout?");
        }

        @Test
        void haveNoSuggestionWhereNothingIsNear() {
            assertThat(problems("zz: 1")).containsExactly("mx.yaml:1: zz: unknown key");
            assertThat(problems("x".repeat(300) + ": 1"))
                    .singleElement()
                    .satisfies(problem -> assertThat(problem).endsWith("...: unknown key"));
        }

        @Test
        void areFoundInListsOfSections() {
            assertThat(problems("signing: {keys: [{domain: a.example, selector: s, key-file: k, bits: 4}]}"))
                    .singleElement()
                    .asString()
                    .startsWith(
                            "mx.yaml:1: signing.keys[0].bits: unknown key; the keys here are name, domain, selector, key-file");
        }

        @Test
        void includeThoseOfAProgramThatIsNotUsed() {
            assertThat(ConfigurationParser.parse("mx.yaml", Octets.utf8("listen: []"), FrontEnd.NONE))
                    .isInstanceOf(ParsedConfiguration.Invalid.class);
        }

        @Test
        void areEscapedWhenShown() {
            assertThat(problems("\"a\\nb\\e[31m\": 1")).containsExactly("mx.yaml:1: a\\x0ab\\x1b[31m: unknown key");
        }
    }

    @Nested
    class Text {
        @Test
        void reportsAllProblemsInTheOrderOfTheFile() {
            assertThat(problems("mod: enforce\ndns:\n  timeout: 5\n  server: []\nauthserv-id: a b\n"))
                    .extracting(problem -> problem.substring(0, problem.indexOf(": ", 11)))
                    .containsExactly(
                            "mx.yaml:1: mod",
                            "mx.yaml:3: dns.timeout",
                            "mx.yaml:4: dns.server",
                            "mx.yaml:5: authserv-id");
        }

        @Test
        void reportsAKeyGivenTwice() {
            assertThat(problems("mode: monitor\ndns: {}\nmode: enforce\n"))
                    .containsExactly("mx.yaml:3: mode: is given twice, first in line 1; keep one of the two");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "mode: enforce\\ndns: [1, 2\\ninbound: {}\\n | 3 | 8 | a list in brackets is not closed, or a comma is"
                            + " missing (it begins in line 2); separate",
                    "inbound: { received-spf: true\\nmode: enforce | 2 | 5 | a section in braces is not closed",
                    "mode: a: b | 1 | 8 | a second colon followed by a space",
                    "dns:\\n  timeout: 2s\\n    deadline: 9s | 3 | 13 | a second colon followed by a space, or a key that"
                            + " is indented too far; put",
                    "mode: enforce\\n  dns: {} | 2 | 6 | a second colon followed by a space, or a key that is indented",
                    "dns:\\n    timeout: 2s\\n  deadline: 9s | 3 | 3 | the indentation fits none of the lines above",
                    "mode: enforce\\nlisten:\\t[a]\\n\\tmode: x | 3 | 1 | a tab where only spaces are allowed; replace",
                    "dns:\\n\\ttimeout: 2s | 2 | 1 | a tab where only spaces are allowed; replace the tab",
                    "mode enforce\\nlisten: [] | 2 | 7 | a second colon",
                    "mode: enforce\\nprotect\\n | 3 | 1 | a line without a colon (it begins in line 2); write key: value",
                    "help-url: \"https://x\\nmode: enforce | 2 | 14 | a text in quotes does not end (it begins in line 1)",
                    "help-url: \"a\\qb\" | 1 | 14 | a backslash in double quotes that begins no known sequence",
                    "protect: [@example.org] | 1 | 11 | no value can begin with this character; put the value in double",
                    "rules: - name: x | 1 | 8 | a list item (-) is not allowed here",
                    "mode: %x | 1 | 7 | no value can begin with this character",
                    "%FOO\\nmode: x | 2 | 1 | this cannot follow the lines above it",
                    "]: x | 1 | 1 | a value is missing",
                    "signing: { keys: [*.example.org] } | 1 | 20 | a value begins with & or *",
                })
        void saysInItsOwnWordsWhereItIsNoYaml(String text, int line, int column, String expected) {
            assertThat(problems(text.replace("\\n", "\n").replace("\\t", "\t")))
                    .singleElement()
                    .asString()
                    .startsWith("mx.yaml:" + line + ": not YAML at column " + column + ": " + expected);
        }

        @Test
        void namesACharacterThatIsNoText() {
            assertThat(problems("# one\n# two\nmode: \u0001\n"))
                    .containsExactly(
                            "mx.yaml:3: not YAML at column 7: a character that is not allowed in a text file; remove it");
        }

        @Test
        void anEmptyFileIsAWarning() {
            for (String text : List.of("", "\n", "# all\n# comments\n", "---\n")) {
                assertThat(PolicyTexts.warnings(text))
                        .singleElement()
                        .asString()
                        .startsWith("mx.yaml:1: has no settings, so all defaults apply");
            }
        }

        @Test
        void tellsThatALineAboveMayLackItsColon() {
            assertThat(problems("authserv-id mx.example.org\nmode: enforce"))
                    .singleElement()
                    .asString()
                    .endsWith("or write the colon that is missing in the line above");
        }

        @Test
        void reportsWhereItIsNotUtf8() {
            assertThat(problems(Octets.latin1("mode: enforce\n# caf\u00e9\n")))
                    .containsExactly("mx.yaml:2: is not UTF-8 from here on; save the file in this encoding");
            assertThat(problems(Octets.latin1("mode: enforce # \u00c3")))
                    .containsExactly("mx.yaml:1: is not UTF-8 from here on; save the file in this encoding");
        }

        @Test
        void refusesAnchorsAliasesAndTags() {
            assertThat(problems("listen: &a [x]\nauthserv-id-aliases: *a\nmode: !!str enforce\n"))
                    .containsExactly(
                            "mx.yaml:1: listen: anchors (&name) are not supported; write the value out",
                            "mx.yaml:2: authserv-id-aliases: aliases (*name) are not supported; write the value out",
                            "mx.yaml:3: mode: tags (!name) are not supported; leave the tag out");
        }

        @Test
        void refusesASecondDocument() {
            assertThat(problems("mode: enforce\n---\nmode: monitor\n"))
                    .containsExactly("mx.yaml:3: a second document; keep one document in a file");
        }

        @Test
        void refusesKeysThatAreNotWords() {
            assertThat(problems("? [a, b]\n: c\n")).containsExactly("mx.yaml:1: a key must be a single word");
        }

        @Test
        void refusesWhatIsNestedTooDeep() {
            assertThat(problems("mode: " + "[".repeat(100_000)))
                    .containsExactly("mx.yaml:1: is nested too deep at column 23");
        }

        @Test
        void refusesWhatIsTooLarge() {
            assertThat(problems(Octets.wrap(new byte[ConfigurationParser.MAX_SIZE + 1])))
                    .containsExactly("mx.yaml:1: is larger than 1MiB");
            assertThat(valid("#" + "x".repeat(ConfigurationParser.MAX_SIZE - 1)))
                    .isEqualTo(valid(""));
        }

        @Test
        void reportsALimitedNumberOfProblems() {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 5_000; i++) {
                text.append("key").append(i).append(": 1\n");
            }
            assertThat(problems(text.toString()))
                    .hasSize(101)
                    .last()
                    .isEqualTo("mx.yaml:100: and further problems, not shown");
        }
    }
}
