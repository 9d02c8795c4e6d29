package org.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.countersign.dns.cache.CacheSettings;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.policy.Mode;
import org.countersign.signing.KeyDates;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationParserTest {
    private static final HostSettings<List<String>> HOST =
            root -> root.list("listen", ValueType.TEXT, List.of("inet:127.0.0.1:8891"));

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
        """;

    private static InetSocketAddress server(String address, int port) {
        return new InetSocketAddress(IpNetwork.parseAddress(address).orElseThrow(), port);
    }

    private static ParsedConfiguration<List<String>> parse(String text) {
        return ConfigurationParser.parse("mx.yaml", Octets.utf8(text), HOST);
    }

    private static Configuration valid(String text) {
        ParsedConfiguration<List<String>> parsed = parse(text);
        assertThat(parsed).isInstanceOf(ParsedConfiguration.Valid.class);
        return ((ParsedConfiguration.Valid<List<String>>) parsed).engine();
    }

    private static List<String> problems(Octets text) {
        return switch (ConfigurationParser.parse("mx.yaml", text, HOST)) {
            case ParsedConfiguration.Valid<List<String>> valid -> List.of();
            case ParsedConfiguration.Invalid<List<String>>(List<ConfigProblem> problems) ->
                problems.stream().map(ConfigProblem::toString).toList();
        };
    }

    private static List<String> problems(String text) {
        return problems(Octets.utf8(text));
    }

    @Nested
    class Settings {
        @ParameterizedTest
        @ValueSource(strings = {"", "\n", "# only a comment\n", "---\n", "{}", "dns:\ninbound:\n", "null", "\uFEFF"})
        void areTheDefaultsInAFileThatSaysNothing(String text) {
            assertThat(valid(text)).isEqualTo(Configuration.DEFAULT);
        }

        @Test
        void haveTheDocumentedDefaults() {
            Configuration defaults = Configuration.DEFAULT;
            assertThat(defaults.mode()).isEqualTo(Mode.MONITOR);
            assertThat(defaults.authservId()).isEmpty();
            assertThat(defaults.dns())
                    .isEqualTo(new DnsConfiguration(
                            List.of(),
                            Duration.ofSeconds(2),
                            Duration.ofSeconds(20),
                            new CacheSettings(
                                    32 * 1024 * 1024,
                                    Duration.ZERO,
                                    Duration.ofDays(1),
                                    Duration.ofSeconds(5),
                                    Duration.ofHours(1))));
            assertThat(defaults.inbound().skipNetworks())
                    .extracting(IpNetwork::toString)
                    .containsExactly("127.0.0.0/8", "::1/128");
            assertThat(defaults.spf()).isEqualTo(new SpfConfiguration(true, 2));
            assertThat(defaults.signing().when())
                    .isEqualTo(new SigningConfiguration.When(true, List.of(), List.of("ORIGINATING")));
            assertThat(defaults.signing().keys()).isEmpty();
        }

        @Test
        void areReadFromEveryKey() {
            Configuration configuration = valid(COMPLETE);
            assertThat(configuration.authservId()).contains("mx.example.org");
            assertThat(configuration.authservIdAliases()).containsExactly("old.example.org", "mx2.example.org");
            assertThat(configuration.mode()).isEqualTo(Mode.ENFORCE);
            assertThat(configuration.dns())
                    .isEqualTo(new DnsConfiguration(
                            List.of(server("127.0.0.1", 5353), server("::1", 53), server("2001:db8::53", 54)),
                            Duration.ofMillis(1500),
                            Duration.ofSeconds(10),
                            new CacheSettings(
                                    64 * 1024 * 1024,
                                    Duration.ofSeconds(30),
                                    Duration.ofHours(12),
                                    Duration.ZERO,
                                    Duration.ofDays(2))));
            assertThat(configuration.spf()).isEqualTo(new SpfConfiguration(false, 5));
            assertThat(configuration.inbound().skipNetworks())
                    .containsExactly(IpNetwork.parse("10.0.0.0/8").orElseThrow());
            assertThat(configuration.signing().when())
                    .isEqualTo(new SigningConfiguration.When(
                            false, List.of(IpNetwork.parse("192.0.2.0/24").orElseThrow()), List.of("SUBMIT")));
        }

        @Test
        void nameEachKeyWithThePlaceOfItsFile() {
            List<KeyReference> keys = valid(COMPLETE).signing().keys();
            assertThat(keys)
                    .containsExactly(
                            new KeyReference(
                                    Optional.empty(),
                                    DomainName.of("example.org"),
                                    "s2026",
                                    "keys/example.org.s2026.pem",
                                    Optional.empty(),
                                    KeyDates.ALWAYS,
                                    new ConfigLocation("mx.yaml", 17, 7, "signing.keys[0].key-file")),
                            new KeyReference(
                                    Optional.empty(),
                                    DomainName.of("xn--bcher-kva.example"),
                                    "a.b",
                                    "/etc/k.pem",
                                    Optional.empty(),
                                    KeyDates.ALWAYS,
                                    new ConfigLocation("mx.yaml", 18, 48, "signing.keys[1].key-file")));
            assertThat(keys.get(0).recordName()).isEqualTo("s2026._domainkey.example.org");
        }

        @Test
        void ofTheHostAreReadFromTheSameDocument() {
            assertThat(parse(COMPLETE))
                    .isInstanceOfSatisfying(
                            ParsedConfiguration.Valid.class,
                            valid -> assertThat(valid.host()).isEqualTo(List.of("inet:127.0.0.1:9999")));
            assertThat(parse("mode: monitor"))
                    .isInstanceOfSatisfying(
                            ParsedConfiguration.Valid.class,
                            valid -> assertThat(valid.host()).isEqualTo(List.of("inet:127.0.0.1:8891")));
        }

        @Test
        void emptyListsAreNotTheDefault() {
            assertThat(valid("inbound: { skip-networks: [] }").inbound().skipNetworks())
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
                    .containsExactly("mx.yaml:1: signing.keys[0].bits: unknown key");
        }

        @Test
        void includeThoseOfAHostThatIsNotThere() {
            ParsedConfiguration<Boolean> parsed =
                    ConfigurationParser.parse("mx.yaml", Octets.utf8("listen: []"), root -> true);
            assertThat(parsed).isInstanceOf(ParsedConfiguration.Invalid.class);
        }

        @Test
        void areEscapedWhenShown() {
            assertThat(problems("\"a\\nb\\e[31m\": 1")).containsExactly("mx.yaml:1: a\\x0ab\\x1b[31m: unknown key");
        }
    }

    @Nested
    class Values {
        @Test
        void thatAreNoKeywordNameTheKeywords() {
            assertThat(problems("mode: enforced"))
                    .containsExactly("mx.yaml:1: mode: expected monitor or enforce, found \"enforced\";"
                            + " did you mean enforce?");
            assertThat(problems("signing:\n  when:\n    authenticated: yes\n"))
                    .containsExactly("mx.yaml:3: signing.when.authenticated: expected true or false, found \"yes\"");
        }

        @ParameterizedTest
        @ValueSource(strings = {"5", "5 s", "-5s", "s", "5S", "1.5s", "9999999999999999s", "2m", "1ms", "5sec"})
        void thatAreNoDurationWithinBoundsAreRefused(String value) {
            assertThat(problems("dns: {timeout: " + value + ", deadline: 5m}"))
                    .containsExactly("mx.yaml:1: dns.timeout: expected a duration such as 500ms, 5s, 2m, 1h or 1d,"
                            + " from 10ms to 1m, found \"" + value + "\"");
        }

        @ParameterizedTest
        @ValueSource(strings = {"32MB", "32 MiB", "-1", "1", "65GiB", "999999999999999GiB", "1e6", "0x100000"})
        void thatAreNoSizeWithinBoundsAreRefused(String value) {
            assertThat(problems("dns: {cache: {max-bytes: " + value + "}}"))
                    .containsExactly("mx.yaml:1: dns.cache.max-bytes: expected a size such as 1000000, 64KiB or"
                            + " 32MiB, from 64KiB to 64GiB, found \"" + value + "\"");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "localhost",
                    "127.0.0.1:0",
                    "127.0.0.1:65536",
                    "127.0.0.1:",
                    ":53",
                    "[::1",
                    "[::1]x",
                    "[::1]:",
                    "[::1]53",
                    "127.0.0.1:53:53",
                    "127.1"
                })
        void thatAreNoServerAreRefused(String value) {
            assertThat(problems("dns: {servers: [\"192.0.2.1\", \"" + value + "\"]}"))
                    .singleElement()
                    .satisfies(problem -> assertThat(problem)
                            .startsWith("mx.yaml:1: dns.servers[1]: expected an IP address")
                            .endsWith("found \"" + value + "\""));
        }

        @ParameterizedTest
        @ValueSource(strings = {"11", "-1", "2.0", "two", "true"})
        void thatAreNoNumberWithinBoundsAreRefused(String value) {
            assertThat(problems("mode: enforce\nspf:\n  void-lookups: " + value + "\n"))
                    .containsExactly("mx.yaml:3: spf.void-lookups: expected a whole number from 0 to 10, found \""
                            + value + "\"");
        }

        @Test
        void thatAreNoNetworkAreRefusedOneByOne() {
            assertThat(problems("inbound:\n  skip-networks:\n    - 10.0.0.0/33\n    - 10.0.0.0/8\n    - here\n"))
                    .hasSize(2)
                    .satisfies(list -> assertThat(list.get(0)).startsWith("mx.yaml:3: inbound.skip-networks[0]: "))
                    .satisfies(list -> assertThat(list.get(1)).startsWith("mx.yaml:5: inbound.skip-networks[2]: "));
        }

        @ParameterizedTest
        @ValueSource(strings = {"''", "'mx example'", "'mx;example'", "'\"mx\"'", "'mx\u00e4.example'"})
        void thatAreNoAuthservIdAreRefused(String value) {
            assertThat(problems("authserv-id: " + value))
                    .singleElement()
                    .satisfies(problem -> assertThat(problem)
                            .startsWith("mx.yaml:1: authserv-id: expected a host name such as mx.example.org, found"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"mode:", "mode: ~", "mode: null"})
        void thatAreMissingAreNotTheDefault(String text) {
            assertThat(problems(text))
                    .containsExactly("mx.yaml:1: mode: has no value;"
                            + " write monitor or enforce, or remove it for the default");
        }

        @Test
        void ofTheWrongShapeSayWhichOneIsExpected() {
            assertThat(problems("mode: [enforce]"))
                    .containsExactly("mx.yaml:1: mode: expected monitor or enforce, found a list");
            assertThat(problems("mode: {a: b}"))
                    .containsExactly("mx.yaml:1: mode: expected monitor or enforce, found keys");
            assertThat(problems("listen: inet:8891"))
                    .containsExactly("mx.yaml:1: listen: expected a list; write [\"inet:8891\"]");
            assertThat(problems("listen:\n"))
                    .containsExactly(
                            "mx.yaml:1: listen: has no value; write [] for none, or remove it for the default");
            assertThat(problems("listen: {a: b}"))
                    .containsExactly("mx.yaml:1: listen: expected a list, found keys; begin each item with a hyphen");
            assertThat(problems("dns: 127.0.0.1"))
                    .containsExactly("mx.yaml:1: dns: expected keys with values, found a single value");
            assertThat(problems("- mode: enforce"))
                    .containsExactly("mx.yaml:1: expected keys with values, found a list");
            assertThat(problems("signing: {keys: [a]}"))
                    .containsExactly("mx.yaml:1: signing.keys[0]: expected keys with values, found a single value");
        }

        @Test
        void thatContradictEachOtherAreReported() {
            assertThat(problems("dns:\n  deadline: 1s\n  cache:\n    max-ttl: 60s\n    min-ttl: 2m\n"))
                    .containsExactly(
                            "mx.yaml:1: dns.timeout: is longer than deadline, which is 1s;"
                                    + " lower it or raise deadline",
                            "mx.yaml:5: dns.cache.min-ttl: is longer than max-ttl, which is 1m;"
                                    + " lower it or raise max-ttl");
        }

        @Test
        void mustBeUsable() {
            assertThat(problems("dns: {cache: {min-ttl: 6m}}")).hasSize(1);
            assertThat(problems("dns: {cache: {serve-stale: 4d}}")).hasSize(1);
            assertThat(problems("dns: {servers: [" + "192.0.2.1,".repeat(17) + "]}"))
                    .containsExactly("mx.yaml:1: dns.servers: are 17, more than 16; keep the nearest");
            DnsConfiguration extreme = valid("""
                dns:
                  servers: [192.0.2.1]
                  timeout: 10ms
                  cache: {max-bytes: 64KiB, min-ttl: 5m, max-ttl: 7d, failure-ttl: 5m, serve-stale: 3d}
                """).dns();
            assertThat(extreme.client(InstantSource.system()).cache().counters())
                    .isNotNull();
        }

        @Test
        void areEscapedAndShortenedWhenShown() {
            assertThat(problems("mode: \"\\e]0;x\\a\""))
                    .containsExactly("mx.yaml:1: mode: expected monitor or enforce, found \"\\x1b]0;x\\x07\"");
            assertThat(problems("mode: " + "e".repeat(500)).get(0)).hasSizeLessThan(200);
        }
    }

    @Nested
    class Keys {
        @Test
        void needDomainSelectorAndFile() {
            assertThat(problems("signing:\n  keys:\n    - domain: example.org\n"))
                    .containsExactly(
                            "mx.yaml:3: signing.keys[0]: lacks the key selector;"
                                    + " add selector, a selector such as s2026",
                            "mx.yaml:3: signing.keys[0]: lacks the key key-file; add key-file, the name of a PEM file");
        }

        @Test
        void needADomainAndASelectorThatCanBeInTheDns() {
            assertThat(problems("signing: {keys: [{domain: 'a b', selector: 'x y', key-file: k}]}"))
                    .hasSize(2);
            String label = "a".repeat(60);
            String name = String.join(".", label, label, label, label);
            assertThat(problems("signing: {keys: [{domain: " + name + ", selector: s, key-file: k}]}"))
                    .singleElement()
                    .satisfies(problem -> assertThat(problem).contains("too long for the DNS"));
        }

        @Test
        void needASelectorEach() {
            assertThat(problems("""
                signing:
                  keys:
                    - { domain: example.org, selector: s1, key-file: a }
                    - { domain: example.com, selector: s1, key-file: b }
                    - { domain: EXAMPLE.org, selector: S1, key-file: c }
                """))
                    .containsExactly("mx.yaml:5: signing.keys[2]: is for the same domain and selector as the key in"
                            + " line 3; give each key a selector of its own");
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

        @Test
        void reportsWhereItIsNoYaml() {
            assertThat(problems("mode: enforce\ndns: [1, 2\ninbound: {}\n"))
                    .singleElement()
                    .satisfies(problem -> assertThat(problem).startsWith("mx.yaml:3: not YAML: "));
            assertThat(problems("mode: a: b"))
                    .singleElement()
                    .satisfies(problem -> assertThat(problem).startsWith("mx.yaml:1: not YAML: "));
            assertThat(problems("mode: enforce\nlisten:\t[a]\n\tmode: x\n"))
                    .singleElement()
                    .satisfies(problem -> assertThat(problem).startsWith("mx.yaml:3: not YAML: "));
            assertThat(problems("# one\n# two\nmode: \u0001\n"))
                    .containsExactly("mx.yaml:3: not YAML: a character that may not stand here");
        }

        @Test
        void reportsWhereItIsNotUtf8() {
            assertThat(problems(Octets.latin1("mode: enforce\n# caf\u00e9\n")))
                    .containsExactly("mx.yaml:2: is not UTF-8 from here on");
            assertThat(problems(Octets.latin1("mode: enforce # \u00c3")))
                    .containsExactly("mx.yaml:1: is not UTF-8 from here on");
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
                    .containsExactly(
                            "mx.yaml:1: mode[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]:" + " is nested too deep");
        }

        @Test
        void refusesWhatIsTooLarge() {
            assertThat(problems(Octets.wrap(new byte[ConfigurationParser.LARGEST + 1])))
                    .containsExactly("mx.yaml:1: is larger than 1MiB");
            assertThat(valid("#" + "x".repeat(ConfigurationParser.LARGEST - 1))).isEqualTo(Configuration.DEFAULT);
        }

        @Test
        void stopsCountingProblemsThatNobodyWillRead() {
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

    @Test
    void oneSectionIsSharedByAllThatAskForIt() {
        HostSettings<Optional<String>> host = root -> root.section("inbound").optional("extra", ValueType.TEXT);
        ParsedConfiguration<Optional<String>> parsed =
                ConfigurationParser.parse("mx.yaml", Octets.utf8("inbound: {extra: a, skip-networks: []}"), host);
        assertThat(parsed)
                .isInstanceOfSatisfying(
                        ParsedConfiguration.Valid.class,
                        valid -> assertThat(valid.host()).isEqualTo(Optional.of("a")));
    }

    @Test
    void aHostMayReportWhatItFinds() {
        HostSettings<Integer> host = root -> {
            int workers = root.value("workers", ValueType.integer(1, 64), 4);
            if (workers % 2 != 0) {
                root.report(root.location("workers").problem("is odd", "take an even number"));
            }
            return workers;
        };
        assertThat(ConfigurationParser.parse("mx.yaml", Octets.utf8("workers: 3"), host))
                .isEqualTo(new ParsedConfiguration.Invalid<Integer>(List.of(
                        new ConfigLocation("mx.yaml", 1, 1, "workers").problem("is odd", "take an even number"))));
        assertThat(ConfigurationParser.parse("mx.yaml", Octets.utf8("workers: 65"), host)
                        .toString())
                .contains("expected a whole number from 1 to 64, found \"65\"");
        assertThat(ConfigurationParser.parse("mx.yaml", Octets.utf8("workers: 8"), host))
                .isEqualTo(new ParsedConfiguration.Valid<>(Configuration.DEFAULT, 8));
    }
}
