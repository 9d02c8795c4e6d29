package org.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.policy.Cases.patterns;

import java.util.List;
import java.util.Set;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.AddressPatterns;
import org.countersign.policy.PartialFacts.Truth;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Conditions about a message of which something is unknown. */
class PartialFactsTest {
    private static final RuleContext FACTS = applied(DmarcPolicy.QUARANTINE);

    private static RuleContext applied(DmarcPolicy policy) {
        return Cases.facts(ResultKeyword.FAIL, List.of(), ResultKeyword.FAIL, policy);
    }

    private static Truth test(RuleContext facts, Condition condition, UnknownFact unknown) {
        return new PartialFacts(facts, Set.of(unknown)).matches(Cases.rule("r", new Outcome.Accept(), condition));
    }

    @ParameterizedTest
    @CsvSource({
        // Applied, those of the condition, and whether the published policy is one of them.
        "REJECT,     REJECT,            YES",
        "REJECT,     QUARANTINE,        NO",
        "QUARANTINE, QUARANTINE,        UNKNOWN",
        "QUARANTINE, REJECT,            UNKNOWN",
        "QUARANTINE, QUARANTINE REJECT, YES",
        "QUARANTINE, NONE,              NO",
        "NONE,       NONE,              UNKNOWN",
        "NONE,       QUARANTINE,        UNKNOWN",
        "NONE,       REJECT,            NO"
    })
    @DisplayName("RFC 9989 §4.7 t: test mode applies the policy below the published one")
    void thePublishedPolicyIsTheAppliedOneOrTheOneAboveIt(DmarcPolicy applied, String policies, Truth expected) {
        Set<DmarcPolicy> listed = Set.copyOf(List.of(policies.split(" ", -1)).stream()
                .map(DmarcPolicy::valueOf)
                .toList());

        assertThat(test(applied(applied), new Condition.OfPolicy(false, listed), UnknownFact.DECLARED_POLICY))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(names = {"ARC", "ARC_CHAIN", "SPF", "CLIENT"})
    void aTrustedSealerMayHaveRelayedAMessageWhoseChainIsUnknown(UnknownFact unknown) {
        IndirectFlow sealers =
                new IndirectFlow(patterns("list.example"), List.of(), AddressPatterns.NONE, AddressPatterns.NONE);
        boolean matters = unknown == UnknownFact.ARC || unknown == UnknownFact.ARC_CHAIN;

        assertThat(test(FACTS, new Condition.Indirect(sealers, true), unknown))
                .isEqualTo(matters ? Truth.UNKNOWN : Truth.NO);
    }

    @ParameterizedTest
    @EnumSource(names = {"ARC", "ARC_CHAIN", "SPF", "DKIM", "CLIENT"})
    void anUnknownResultMayBeATemporaryErrorOfAKnownRelay(UnknownFact unknown) {
        IndirectFlow sealers =
                new IndirectFlow(patterns("list.example"), List.of(), AddressPatterns.NONE, AddressPatterns.NONE);
        IndirectFlow forwarders =
                new IndirectFlow(AddressPatterns.NONE, List.of(), patterns("list.example"), patterns("list.example"));

        assertThat(test(FACTS, new Condition.IndirectUndecided(sealers), unknown))
                .isEqualTo(unknown == UnknownFact.ARC ? Truth.UNKNOWN : Truth.NO);
        assertThat(test(FACTS, new Condition.IndirectUndecided(forwarders), unknown))
                .isEqualTo(unknown == UnknownFact.SPF || unknown == UnknownFact.DKIM ? Truth.UNKNOWN : Truth.NO);
    }
}
