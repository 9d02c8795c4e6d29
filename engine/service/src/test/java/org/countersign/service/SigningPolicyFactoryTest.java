package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.config.PolicyTexts.valid;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.countersign.config.Configuration;
import org.countersign.config.KeyEntry;
import org.countersign.config.SigningTableFile;
import org.countersign.domain.ReversePath;
import org.countersign.message.AuthorDomain;
import org.countersign.signing.SigningPolicy;
import org.countersign.signing.SigningRequest;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;

class SigningPolicyFactoryTest {
    private static final String KEYS = """
        signing:
          keys:
            - { domain: example.org, selector: r1, key-file: r1.pem, active-from: 2026-01-01, retire-after: 2026-12-31 }
            - { domain: example.org, selector: e1, key-file: e1.pem, name: ed }
            - { domain: esp.example, selector: s, key-file: s.pem }
        """;

    private static SigningPolicy policy(Configuration configuration, String table) {
        List<SigningTableFile.Line> lines =
                SigningTableFile.parse("t", Octets.utf8(table)).toOptional().orElseThrow();
        return SigningPolicyFactory.policy(
                configuration, lines, TestPolicies.keys(configuration, lines, entry -> TestKeys.ED25519));
    }

    @Test
    void theSealKeyIsReadWithTheSigningKeysAndSignsNothing() {
        Configuration configuration = valid("""
            arc: { seal: { domain: list.example, selector: a, key-file: a.pem } }
            signing: { keys: [{ domain: example.org, selector: s, key-file: s.pem }] }
            """);
        assertThat(SigningPolicyFactory.keyEntries(configuration, List.of()))
                .extracting(KeyEntry::recordName)
                .containsExactly("s._domainkey.example.org", "a._domainkey.list.example");
        assertThat(configuration.signing().keys()).hasSize(1);
        assertThat(SigningPolicyFactory.sealKey(
                        configuration, TestPolicies.keys(configuration, List.of(), entry -> TestKeys.ED25519)))
                .hasValueSatisfying(key -> assertThat(key.identity().sdid()).hasToString("list.example"));
    }

    @Test
    void ofTenThousandDomainsSignsEachWithItsOwn() {
        String text = IntStream.range(0, 10_000)
                .mapToObj(i -> "d%d.example d%d.example s%d k.pem\n".formatted(i, i, i % 7))
                .collect(Collectors.joining());
        SigningPolicy policy = policy(Configuration.DEFAULT, text);
        for (int i = 0; i < 10_000; i++) {
            int number = i;
            assertThat(policy.table().find(from("a@d" + i + ".example")))
                    .hasValueSatisfying(entry -> assertThat(entry.keys())
                            .singleElement()
                            .satisfies(key -> assertThat(key.identity().keyName())
                                    .hasToString("s" + number % 7 + "._domainkey.d" + number + ".example")));
        }
        assertThat(policy.table().find(from("a@d10000.example"))).isEmpty();
    }

    @Test
    void theTableComesBeforeTheFileAndTheFileBeforeTheKeys() {
        Configuration configuration = valid(KEYS + "  table: [{ author: [a@example.org], keys: [esp.example] }]\n");
        SigningPolicy policy =
                policy(configuration, "b@example.org other.example f f.pem\na@example.org other.example f f.pem\n");
        assertThat(policy.table().find(from("a@example.org")).orElseThrow().name())
                .isEqualTo("mx.yaml:6: signing.table[0]");
        assertThat(policy.table().find(from("b@example.org")).orElseThrow().name())
                .isEqualTo("t:1");
        assertThat(policy.table().find(from("c@example.org")).orElseThrow().name())
                .isEqualTo("signing.keys for example.org");
        assertThat(policy.table().find(from("c@sub.example.org"))).isEmpty();
    }

    private static SigningRequest from(String address) {
        return new SigningRequest(
                (AuthorDomain.Single) AuthorDomain.parse(Octets.utf8(" " + address)),
                ReversePath.parse("<>"),
                Optional.empty(),
                Optional.empty());
    }
}
