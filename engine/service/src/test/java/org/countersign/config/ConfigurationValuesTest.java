package org.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.config.PolicyTexts.problems;
import static org.countersign.config.PolicyTexts.valid;

import java.time.InstantSource;
import org.countersign.service.DnsResolver;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of the policy file, and what is said of those that are none. */
class ConfigurationValuesTest {
    @Nested
    class Values {
        @Test
        void thatAreNoKeywordNameTheKeywords() {
            assertThat(problems("mode: enforced"))
                    .containsExactly("mx.yaml:1: mode: expected monitor or enforce, found \"enforced\";"
                            + " did you mean enforce?");
            assertThat(problems("signing:\n  when:\n    authenticated: yes\n"))
                    .containsExactly(
                            "mx.yaml:3: signing.when.authenticated: expected true or false, found \"yes\"; write true");
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
        @ValueSource(strings = {"localhost", "ns1.example.org", "ns1.example.org:53"})
        void thatAreHostNamesInPlaceOfServersAreRefusedWithTheReason(String value) {
            assertThat(problems("dns: {servers: [\"" + value + "\"]}"))
                    .singleElement()
                    .asString()
                    .endsWith("found \"" + value
                            + "\"; a host name is not supported, because resolving it would need a DNS"
                            + " server: write its IP address");
        }

        @ParameterizedTest
        @ValueSource(strings = {"[fe80::1%nowhere0]:53", "fe80::1%nowhere0", "[fe80::1%999999]", "fe80::1%"})
        void thatNameAnInterfaceThatThisMachineHasNotAreRefusedWithTheReason(String value) {
            assertThat(problems("dns: {servers: [\"" + value + "\"]}"))
                    .singleElement()
                    .asString()
                    .contains("found \"" + value + "\"; this machine has no network interface ");
        }

        @ParameterizedTest
        @ValueSource(strings = {"[fe80::1%lo]:53", "fe80::1%lo", "[fe80::1%1]", "[::1%lo]:5353"})
        void mayNameTheZoneOfAServer(String value) {
            assertThat(problems("dns: {servers: [\"" + value + "\"]}")).isEmpty();
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
            assertThat(problems("protect: example.org, example.net"))
                    .containsExactly("mx.yaml:1: protect: expected a list; write [\"example.org\", \"example.net\"]");
            assertThat(problems("mode:enforce"))
                    .containsExactly(
                            "mx.yaml:1: expected keys with values, found a single value; write key: value, with a"
                                    + " space after the colon");
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
                    .containsExactly("mx.yaml:1: dns.servers: has 17 servers, more than 16; keep the nearest");
            DnsSettings extreme = valid("""
                dns:
                  servers: [192.0.2.1]
                  timeout: 10ms
                  cache: {max-bytes: 64KiB, min-ttl: 5m, max-ttl: 7d, failure-ttl: 5m, serve-stale: 3d}
                """).dns();
            assertThat(DnsResolver.of(extreme, InstantSource.system()).queries())
                    .isZero();
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
                                    + " add selector, a selector such as s2026: letters, digits and inner hyphens, without"
                                    + " ._domainkey and what follows it",
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

        @ParameterizedTest
        @ValueSource(strings = {"s_1", "-s1", "s1-", "s1._domainkey", "s1._domainkey.example.org", "s1."})
        void needASelectorThatRfc6376Allows(String selector) {
            assertThat(problems("signing: {keys: [{domain: example.org, selector: " + selector + ", key-file: k}]}"))
                    .singleElement()
                    .asString()
                    .startsWith("mx.yaml:1: signing.keys[0].selector: expected a selector such as s2026")
                    .endsWith("found \"" + selector + "\"");
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
                            + " line 3; give each key its own selector");
        }
    }
}
