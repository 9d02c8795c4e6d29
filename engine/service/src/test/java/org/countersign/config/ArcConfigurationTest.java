package org.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.countersign.signing.KeyValidity;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;

/** The sections {@code arc} and {@code authserv-id-subdomains}. */
class ArcConfigurationTest {
    private static Configuration valid(String text) {
        ParsedConfiguration<Boolean> parsed = ConfigurationParser.parse("mx.yaml", Octets.utf8(text), root -> true);
        assertThat(parsed).isInstanceOf(ParsedConfiguration.Valid.class);
        return ((ParsedConfiguration.Valid<Boolean>) parsed).engine();
    }

    private static List<String> problems(String text) {
        return ConfigurationParser.parse("mx.yaml", Octets.utf8(text), root -> true)
                        instanceof ParsedConfiguration.Invalid<Boolean>(List<ConfigProblem> problems)
                ? problems.stream().map(ConfigProblem::toString).toList()
                : List.of();
    }

    @Test
    void nothingIsSealedUnlessAKeyIsGiven() {
        assertThat(Configuration.DEFAULT.arc().seal()).isEmpty();
        assertThat(valid("arc:\n")).isEqualTo(Configuration.DEFAULT);
        assertThat(valid("arc: {}")).isEqualTo(Configuration.DEFAULT);
    }

    @Test
    void aKeyIsGivenAsOneThatSigns() {
        assertThat(valid("""
            arc:
              seal:
                domain: List.Example
                selector: a2026
                key-file: keys/list.pem
                passphrase-env: SEAL
                active-from: 2026-12-01
                retire-after: 2026-12-31
            """).arc().seal()).hasValueSatisfying(key -> {
            assertThat(key.recordName()).isEqualTo("a2026._domainkey.list.example");
            assertThat(key.keyFile()).isEqualTo("keys/list.pem");
            assertThat(key.passphrase()).contains(new PassphraseSource.Environment("SEAL"));
            assertThat(key.dates())
                    .isEqualTo(new KeyValidity(
                            Optional.of(Instant.parse("2026-12-01T00:00:00Z")),
                            Optional.of(Instant.parse("2027-01-01T00:00:00Z"))));
            assertThat(key.location()).hasToString("mx.yaml:5: arc.seal.key-file");
        });
    }

    @Test
    void theKeyIsReadWithThoseThatSignAndIsNoneOfThem() {
        Configuration configuration = valid("""
            arc: { seal: { domain: list.example, selector: a, key-file: a.pem } }
            signing: { keys: [{ domain: example.org, selector: s, key-file: s.pem }] }
            """);
        assertThat(SigningPolicyFactory.references(configuration, List.of()))
                .extracting(KeyReference::recordName)
                .containsExactly("s._domainkey.example.org", "a._domainkey.list.example");
        assertThat(configuration.signing().keys()).hasSize(1);
        assertThat(SigningPolicyFactory.sealKey(configuration, reference -> TestKeys.ED25519))
                .hasValueSatisfying(key -> assertThat(key.identity().sdid()).hasToString("list.example"));
    }

    @Test
    void whatIsMissingOrWrongIsNamedWithItsLine() {
        assertThat(problems("arc:\n  seal:\n"))
                .hasSize(3)
                .allMatch(line -> line.startsWith("mx.yaml:2: arc.seal: lacks the key "));
        assertThat(problems("arc: { seal: { domain: list.example, selector: a b, key-file: x } }"))
                .singleElement()
                .asString()
                .startsWith("mx.yaml:1: arc.seal.selector: expected a selector such as s2026");
        assertThat(problems("arc: { seal: { name: x, domain: list.example, selector: a, key-file: x } }"))
                .singleElement()
                .asString()
                .startsWith("mx.yaml:1: arc.seal.name: unknown key");
        assertThat(problems("arc: { seals: {} }"))
                .singleElement()
                .asString()
                .contains("unknown key", "did you mean seal?");
        assertThat(problems("arc: yes")).hasSize(1);
    }

    @Test
    void namesBelowOursAreOursOnlyWhereTheFileSaysSo() {
        assertThat(Configuration.DEFAULT.authservIdSubdomains()).isFalse();
        assertThat(valid("authserv-id-subdomains: true").authservIdSubdomains()).isTrue();
        assertThat(problems("authserv-id-subdomains: example.org")).hasSize(1);
    }
}
