package org.countersign.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.countersign.MessageOutcome;
import org.countersign.domain.IpNetwork;
import org.countersign.keys.SignatureFailure;
import org.countersign.policy.AlternativeDecision;
import org.countersign.policy.AlternativeDecision.Change;
import org.countersign.policy.MessageFacts;
import org.countersign.policy.RuleContext;
import org.countersign.policy.SensitivityAnalysis;
import org.countersign.testing.ConformanceRun;
import org.countersign.vectors.ConformanceCase;
import org.countersign.vectors.ConformancePack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What would change the verdict about a forged message never helps the forger. */
class ForgedMessageAdviceTest {
    private static final List<ConformanceCase> CASES = ConformancePack.load();

    private static MessageOutcome.Judged judged(String id) {
        return ConformanceRun.outcome(CASES.stream()
                .filter(vector -> vector.id().equals(id))
                .findFirst()
                .orElseThrow());
    }

    private static List<AlternativeDecision> alternatives(MessageOutcome.Judged outcome) {
        return SensitivityAnalysis.of(outcome.facts(), outcome.policy());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "forged-from-policy-reject",
                "forged-subdomain-np",
                "arc-sealed-by-the-forger",
                "arc-chain-broken",
                "arc-marked-as-failed",
                "attack-lookalike-signer"
            })
    void theClientOfAForgerIsNoKnownForwarderAndItsSealIsNotTrusted(String id) {
        MessageOutcome.Judged outcome = judged(id);
        if (!isProvedToBeOfTheAuthor(outcome.facts())) {
            assertThat(alternatives(outcome))
                    .extracting(AlternativeDecision::change)
                    .doesNotContain(Change.KNOWN_CLIENT, Change.TRUSTED_SEALER);
        }
    }

    /** The cases above would pass without a forger among them. */
    @Test
    void forgersAndListsAreAmongTheCases() {
        assertThat(List.of("forged-from-policy-reject", "forged-subdomain-np", "arc-sealed-by-the-forger"))
                .noneMatch(id -> isProvedToBeOfTheAuthor(judged(id).facts()));
        assertThat(isProvedToBeOfTheAuthor(
                        judged("arc-changed-between-two-handlers").facts()))
                .isTrue();
        assertThat(alternatives(judged("arc-changed-between-two-handlers")))
                .extracting(AlternativeDecision::change)
                .contains(Change.KNOWN_CLIENT, Change.TRUSTED_SEALER);
    }

    /** A chain that fails counts for nobody. */
    @Test
    void noAdviceIsToAddTheClientToAnSpfRecordOrToTrustASealerOfAFailedChain() {
        for (ConformanceCase vector : CASES) {
            MessageOutcome.Judged outcome = ConformanceRun.outcome(vector);
            MessageFacts facts = outcome.facts();
            for (AlternativeDecision alternative : alternatives(outcome)) {
                if (alternative.change() == Change.KNOWN_CLIENT || alternative.change() == Change.TRUSTED_SEALER) {
                    assertThat(isProvedToBeOfTheAuthor(facts)).as(vector.id()).isTrue();
                    assertThat(alternative.change() == Change.KNOWN_CLIENT
                                    || facts.arc().keyword().equals("pass"))
                            .as(vector.id())
                            .isTrue();
                    continue;
                }
                facts.connection()
                        .client()
                        .ifPresent(client -> assertThat(alternative.condition())
                                .as(vector.id())
                                .doesNotContain(IpNetwork.renderAddress(client)));
            }
        }
    }

    /** A correct header section, another author and fewer forged fields are what a forger can bring about. */
    @ParameterizedTest
    @ValueSource(strings = {"two-from-fields", "attack-comment-without-an-end"})
    void aMessageWithoutOneAuthorIsChangedByNoSender(String id) {
        assertThat(alternatives(judged(id)))
                .extracting(AlternativeDecision::party)
                .doesNotContain(AlternativeDecision.Party.SENDER);
    }

    private static boolean isProvedToBeOfTheAuthor(MessageFacts facts) {
        return facts.signatures().stream()
                .anyMatch(signature -> signature
                                .failure()
                                .filter(SignatureFailure::isOfChangedMessage)
                                .isPresent()
                        && signature
                                .signature()
                                .sdid()
                                .equals(RuleContext.of(facts).authorDomain()));
    }
}
