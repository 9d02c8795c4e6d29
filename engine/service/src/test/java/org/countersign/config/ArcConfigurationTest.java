package org.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.config.PolicyTexts.problems;
import static org.countersign.config.PolicyTexts.valid;

import java.time.Instant;
import java.util.Optional;
import org.countersign.signing.KeyValidity;
import org.junit.jupiter.api.Test;

/** The sections {@code arc} and {@code authserv-id-subdomains}. */
class ArcConfigurationTest {
    @Test
    void nothingIsSealedUnlessAKeyIsGiven() {
        assertThat(Configuration.DEFAULT.sealKey()).isEmpty();
        assertThat(valid("arc:\n")).isEqualTo(valid(""));
        assertThat(valid("arc: {}")).isEqualTo(valid(""));
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
            """).sealKey()).hasValueSatisfying(key -> {
            assertThat(key.recordName()).isEqualTo("a2026._domainkey.list.example");
            assertThat(key.keyFile()).isEqualTo("keys/list.pem");
            assertThat(key.passphrase()).contains(new PassphraseSource.Environment("SEAL"));
            assertThat(key.validity())
                    .isEqualTo(new KeyValidity(
                            Optional.of(Instant.parse("2026-12-01T00:00:00Z")),
                            Optional.of(Instant.parse("2027-01-01T00:00:00Z"))));
            assertThat(key.location()).hasToString("mx.yaml:5: arc.seal.key-file");
        });
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
        assertThat(Configuration.DEFAULT.inbound().authserv().subdomains()).isFalse();
        assertThat(valid("authserv-id-subdomains: true").inbound().authserv().subdomains())
                .isTrue();
        assertThat(problems("authserv-id-subdomains: example.org")).hasSize(1);
    }
}
