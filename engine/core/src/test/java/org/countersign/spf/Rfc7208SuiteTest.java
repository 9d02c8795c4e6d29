package org.countersign.spf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.countersign.dns.MessageLookups;
import org.countersign.domain.DomainName;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The public SPF test suite for RFC 7208. */
class Rfc7208SuiteTest {
    /** The cases whose explanation differs, and why. */
    private static final Map<String, String> OTHER_EXPLANATION =
            Map.of("v-macro-ip6", "RFC 7208 §7.4 shows the digits of an IPv6 address in lower case, as we write them");

    private static final SpfVerifier VERIFIER =
            new SpfVerifier(SpfLimits.DEFAULT, DomainName.of("receiver.example"), InstantSource.fixed(Instant.EPOCH));

    @TestFactory
    Stream<DynamicNode> suiteGivesTheExpectedResults() {
        Optional<List<Rfc7208Suite.Case>> suite = Rfc7208Suite.load();
        if (suite.isEmpty()) {
            // One test that is skipped, because reports do not show a factory without tests.
            return Stream.of(DynamicTest.dynamicTest("suite", () -> abort("../shared/vectors has no suite")));
        }
        return suite.get().stream()
                .map(each -> DynamicTest.dynamicTest(each.scenario() + " / " + each.id(), () -> run(each)));
    }

    private static void run(Rfc7208Suite.Case each) {
        SpfResult result = VERIFIER.verify(each.request(), new MessageLookups(each.zone(), 1000, Instant.MAX));
        assertThat(result.keyword()).as(result.explain()).isIn(each.accepted());
        each.explanation().ifPresent(explanation -> {
            assertThat(result.kind()).isEqualTo(SpfResult.Kind.FAIL);
            String given = result.explanation().orElse("DEFAULT");
            if (OTHER_EXPLANATION.containsKey(each.id())) {
                assertThat(given).isNotEqualTo(explanation).isEqualToIgnoringCase(explanation);
            } else {
                assertThat(given).isEqualTo(explanation);
            }
        });
    }
}
