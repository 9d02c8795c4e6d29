package org.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.countersign.config.PolicyTexts.problems;
import static org.countersign.config.PolicyTexts.valid;
import static org.countersign.config.PolicyTexts.warnings;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.countersign.canonical.Canonicalization;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.signing.AuidChoice;
import org.countersign.signing.AuthorPermissions.UserMatch;
import org.countersign.signing.KeyValidity;
import org.countersign.signing.UnsignedAction;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigningConfigurationTest {
    private static final String KEYS = """
        signing:
          keys:
            - { domain: example.org, selector: r1, key-file: r1.pem, active-from: 2026-01-01, retire-after: 2026-12-31 }
            - { domain: example.org, selector: e1, key-file: e1.pem, name: ed }
            - { domain: esp.example, selector: s, key-file: s.pem }
        """;

    @Nested
    class Keys {
        @Test
        void ofOneFileMaySignForSeveralDomains() {
            assertThat(valid("""
                signing:
                  keys: [{ domains: [b.example, a.example], selector: s, key-file: "k/{domain}/{selector}", subdomains: true }]
                """).signing().keys())
                    .extracting(KeyEntry::recordName, KeyEntry::keyFile, KeyEntry::subdomains)
                    .containsExactly(
                            tuple("s._domainkey.b.example", "k/b.example/s", true),
                            tuple("s._domainkey.a.example", "k/a.example/s", true));
        }

        @Test
        void mayComeFromADirectory() {
            assertThat(valid("""
                signing: { keys: [{ domains: ["*"], selector: s, key-file: "k/{domain}.{selector}.key" }] }
                """).signing().templates()).singleElement().satisfies(template -> {
                assertThat(template.files().text()).isEqualTo("k/{domain}.s.key");
                assertThat(template.subdomains()).isFalse();
            });
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
            domain: a.example, domains: [b.example], selector: s, key-file: k | together with domains
            domains: [b.example], name: x, selector: s, key-file: k             | a key of one domain
            domains: [], selector: s, key-file: k                               | is empty
            domains: [a.example, a.example], selector: s, key-file: k           | same domain and selector
            domains: ["*"], selector: s, key-file: k                            | no place for the domain
            domains: ["*"], key-file: "{domain}"                                | lacks the key selector
            domains: ["*", a.example], selector: s, key-file: "{domain}"        | expected a domain name
            """)
        void ofDomainsAreRefusedWhereTheyContradictThemselves(String item, String problem) {
            assertThat(problems("signing: { keys: [{ " + item + " }] }\n"))
                    .singleElement()
                    .asString()
                    .contains(problem);
        }

        @Test
        void haveDatesOfWhichTheLastCountsWhole() {
            assertThat(valid(KEYS).signing().keys().getFirst().validity())
                    .isEqualTo(new KeyValidity(
                            Optional.of(Instant.parse("2026-01-01T00:00:00Z")),
                            Optional.of(Instant.parse("2027-01-01T00:00:00Z"))));
        }

        @Test
        void mayHaveStartAndEndToTheSecond() {
            KeyValidity validity = valid(KEYS.replace("2026-01-01", "2026-01-01T06:30:00Z")
                            .replace("2026-12-31", "2026-12-31T06:30:00Z"))
                    .signing()
                    .keys()
                    .getFirst()
                    .validity();
            assertThat(validity)
                    .isEqualTo(new KeyValidity(
                            Optional.of(Instant.parse("2026-01-01T06:30:00Z")),
                            Optional.of(Instant.parse("2026-12-31T06:30:00Z"))));
        }

        @Test
        void mustNotBeRetiredBeforeTheyAreActive() {
            assertThat(problems(KEYS.replace("2026-12-31", "2025-12-30")))
                    .containsExactly(
                            "mx.yaml:3: signing.keys[0].retire-after: is before active-from; exchange the two");
        }

        @ParameterizedTest
        @ValueSource(strings = {"2026-13-01", "tomorrow", "2026-01-01T06:30:00", "2026-01-01T06:30", "1.1.2026"})
        void haveNoOtherDates(String date) {
            assertThat(problems(KEYS.replace("2026-01-01", date)))
                    .singleElement()
                    .satisfies(problem -> assertThat(problem)
                            .startsWith("mx.yaml:3: signing.keys[0].active-from: expected a date or a time in UTC"));
        }

        @Test
        void haveNamesOfTheirOwn() {
            assertThat(problems(KEYS.replace("key-file: s.pem", "key-file: s.pem, name: ed")))
                    .containsExactly(
                            "mx.yaml:5: signing.keys[2].name: is the name of the key in line 4 too; give each its own");
        }
    }

    @Nested
    class Table {
        private SigningTableEntry entry(String flow) {
            return valid(KEYS + "  table:\n    - " + flow + "\n")
                    .signing()
                    .table()
                    .getFirst();
        }

        @ParameterizedTest
        @CsvSource({
            "ed, e1._domainkey.example.org",
            "e1._domainkey.example.org, e1._domainkey.example.org",
            "E1._domainkey.Example.org, e1._domainkey.example.org",
            "esp.example, s._domainkey.esp.example",
            "example.org, r1._domainkey.example.org e1._domainkey.example.org",
            "'ed, example.org', e1._domainkey.example.org r1._domainkey.example.org",
        })
        void namesKeysByNameRecordNameOrDomain(String names, String records) {
            assertThat(entry("{ author: [\"*\"], keys: [" + names + "] }").keys().stream()
                            .map(KeyEntry::recordName)
                            .collect(Collectors.joining(" ")))
                    .isEqualTo(records);
        }

        @Test
        void mayChooseHowToSign() {
            SigningTableEntry entry = entry("""
                { author: [a@example.org, "*.example.org"], mail-from: [example.net], user: ["*@example.org"], keys: [ed],
                        auid: author, expires-after: 7d, canonicalization: simple/relaxed, oversign: [Organization] }""");
            assertThat(entry.authors())
                    .containsExactly(
                            new AddressPattern.Address("a", DomainName.of("example.org")),
                            new AddressPattern.Below(DomainName.of("example.org")));
            assertThat(entry.settings().auid()).isEqualTo(new AuidChoice.Author());
            assertThat(entry.settings().profile().validity()).contains(Duration.ofDays(7));
            assertThat(entry.settings().profile().headerCanonicalization()).isEqualTo(Canonicalization.SIMPLE);
            assertThat(entry.settings().profile().bodyCanonicalization()).isEqualTo(Canonicalization.RELAXED);
            assertThat(entry.settings().profile().oversigned()).contains("From", "Organization");
        }

        @Test
        void takesWhatItDoesNotSayFromTheSection() {
            Configuration configuration = valid(KEYS + """
                  expires-after: 2d
                  oversign: [X-One, subject]
                  table:
                    - { author: [example.org], keys: [ed], oversign: [X-Two] }
                """);
            assertThat(configuration
                            .signing()
                            .table()
                            .getFirst()
                            .settings()
                            .profile()
                            .validity())
                    .contains(Duration.ofDays(2));
            assertThat(configuration
                            .signing()
                            .table()
                            .getFirst()
                            .settings()
                            .profile()
                            .oversigned())
                    .contains("X-One", "X-Two")
                    .doesNotContain("subject");
        }

        @Test
        void saysEverythingThatIsWrongWithItAtOnce() {
            assertThat(problems(KEYS + """
                  author-not-allowed: tempfail
                  table:
                    - { keys: [ed] }
                    - { author: ["@example.org"], keys: [ed] }
                    - { author: [example.org], keys: [edd] }
                    - { author: [example.org], keys: [ed], auid: "@esp.example", oversign: [Received] }
                    - { author: [example.org] }
                    - nonsense
                  allow:
                    - { authors: ["*"] }
                    - { users: [a] }
                """))
                    .containsExactly(
                            "mx.yaml:6: signing.author-not-allowed: expected unsigned or reject, found \"tempfail\"",
                            "mx.yaml:8: signing.table[0]: does not say which mail it is for; add author, mail-from, user or"
                                    + " recipient; author: [\"*\"] is all",
                            "mx.yaml:9: signing.table[1].author[0]: expected an address, a domain, the domains below"
                                    + " one or all, such as a@example.org, example.org, \"*.example.org\" or \"*\","
                                    + " found \"@example.org\"",
                            "mx.yaml:10: signing.table[2].keys: no key in signing.keys has the name, the record name"
                                    + " or the domain \"edd\"; did you mean ed?",
                            "mx.yaml:11: signing.table[3].auid: is not the domain of one of the keys, nor below it;"
                                    + " correct it or remove it",
                            "mx.yaml:11: signing.table[3].oversign[0]: expected the name of a header field that hosts"
                                    + " on the way do not change, such as Organization, found \"Received\"",
                            "mx.yaml:12: signing.table[4]: lacks the key keys; add keys; [] is for mail not to be signed",
                            "mx.yaml:13: signing.table[5]: expected keys with values, found a single value",
                            "mx.yaml:15: signing.allow[0]: does not say who is allowed; add users or networks",
                            "mx.yaml:16: signing.allow[1]: lacks the key authors; add authors; [\"*\"] is everybody");
        }
    }

    @Test
    void permissionsAndActionsAreRead() {
        SigningConfiguration signing = valid(KEYS + """
              author-must-match-user: domain
              author-not-allowed: reject
              no-active-key: tempfail
              allow: [{ users: [news], networks: [192.0.2.0/24], authors: [news@example.org] }]
            """).signing();
        assertThat(signing.permissions(1).match()).isEqualTo(UserMatch.DOMAIN);
        assertThat(signing.allowances()).hasSize(1);
        assertThat(signing.notAllowed()).isEqualTo(UnsignedAction.REJECT);
        assertThat(signing.noActiveKey()).isEqualTo(UnsignedAction.TEMPFAIL);
    }

    @Test
    void keysOfSeveralDomainsTieUsersToTheirOwnUnlessTheFileSaysOtherwise() {
        assertThat(valid(KEYS).signing().permissions(1).match()).isEqualTo(UserMatch.NONE);
        assertThat(valid(KEYS).signing().permissions(2).match()).isEqualTo(UserMatch.DOMAIN);
        assertThat(valid(KEYS + "  author-must-match-user: none\n")
                        .signing()
                        .permissions(2)
                        .match())
                .isEqualTo(UserMatch.NONE);
        // With a list of who may write as whom, nothing else is assumed.
        assertThat(valid(KEYS + "  allow: [{ users: [news], authors: [\"*\"] }]\n")
                        .signing()
                        .permissions(2)
                        .match())
                .isEqualTo(UserMatch.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "networks: [0.0.0.0/0] | 0.0.0.0/0",
                "networks: [\"127.0.0.0/8\", \"::/0\"] | ::/0",
                "networks: [\"127.0.0.0/8\", 0.0.0.0/1, 128.0.0.0/1] | 0.0.0.0/1 128.0.0.0/1",
                "networks: [\"127.0.0.0/8\", 64.0.0.0/7] | 64.0.0.0/7",
                "networks: [\"127.0.0.0/8\", \"2000::/3\"] | 2000::/3",
                "networks: [\"127.0.0.0/8\", 10.0.0.0/8, \"fc00::/7\", \"fe80::/10\", \"2001:db8::/32\"] | ''",
            })
    void networksThatHoldStrangersAreWarnedOf(String networks, String shown) {
        List<String> expected = Stream.of(shown.split(" ", -1))
                .filter(network -> !network.isEmpty())
                .map(network -> "mx.yaml:2: signing.when.networks: " + network
                        + " is larger than the network of one organization: every client in it is signed for, and not judged; list only your"
                        + " own networks")
                .toList();
        assertThat(warnings("signing:\n  when: { " + networks + " }\n")).isEqualTo(expected);
    }

    @Test
    void networksThatLeaveThisMachineOutAreWarnedOfOnceThereAreKeys() {
        String keys = KEYS.replace("signing:\n", "signing:\n  when: { networks: [] }\n");
        assertThat(warnings(keys))
                .containsExactly("mx.yaml:2: signing.when.networks: leaves this machine out: mail of its programs and"
                        + " bounces are not signed; add local: true to sign them, or local: false if that is intended");
        for (String said : List.of(
                "networks: [], local: true",
                "networks: [], local: false",
                "networks: [\"127.0.0.0/8\"]",
                "authenticated: true")) {
            assertThat(warnings(KEYS.replace("signing:\n", "signing:\n  when: { " + said + " }\n")))
                    .isEmpty();
        }
        assertThat(warnings("signing: { when: { networks: [] } }")).isEmpty();
    }

    @Nested
    class FieldsLeftUnsigned {
        @Test
        void areNamedForAllMailAndForAnEntry() {
            Configuration configuration = valid(KEYS + """
                  leave-unsigned: [message-id]
                  table:
                    - { author: [example.org], keys: [ed], leave-unsigned: [Date, X-Mine] }
                """);
            assertThat(configuration.signing().settings().profile().oversigned())
                    .contains("Date", "From")
                    .doesNotContain("Message-ID");
            assertThat(configuration
                            .signing()
                            .table()
                            .getFirst()
                            .settings()
                            .profile()
                            .oversigned())
                    .doesNotContain("Date", "Message-ID");
        }

        @Test
        void neverIncludeFrom() {
            assertThat(problems("signing: { leave-unsigned: [From] }\n"))
                    .singleElement()
                    .asString()
                    .contains("a header field other than From");
        }

        @Test
        void areNotOversignedToo() {
            assertThat(problems("signing: { leave-unsigned: [X-Campaign], oversign: [x-campaign] }\n"))
                    .singleElement()
                    .asString()
                    .contains("X-Campaign, which oversign has too");
        }

        @Test
        void drawAWarningIfReadersSeeThem() {
            assertThat(warnings("signing: { leave-unsigned: [Subject, Date] }\n"))
                    .singleElement()
                    .asString()
                    .contains("change or add Subject");
        }
    }

    @Test
    void anEntryMayBeForRecipients() {
        assertThat(valid(KEYS + "  table: [{ recipient: [\"*.example.net\"], keys: [] }]\n")
                        .signing()
                        .table()
                        .getFirst()
                        .recipients())
                .containsExactly(new AddressPattern.Below(DomainName.of("example.net")));
    }
}
