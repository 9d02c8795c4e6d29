package org.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.MessageOutcome;
import org.countersign.policy.AlternativeDecision.Change;
import org.countersign.policy.AlternativeDecision.Effect;
import org.countersign.policy.AlternativeDecision.Party;

/**
 * A forger chooses the envelope, and publishes what it likes at its own domains. Nothing that it chooses is what the
 * explanation of its message recommends.
 */
class ForgerAdviceProperties {
    private static final String VICTIM = "bank.example";
    private static final List<String> OWN = List.of("forger.example", "mail.forger.example");

    @Property(tries = 80)
    void theAdviceNamesNothingThatIsTheForgers(@ForAll("forgeries") JudgedWorld world) {
        MessageOutcome.Judged outcome = world.judge();
        for (AlternativeDecision alternative : SensitivityAnalysis.of(outcome.facts(), outcome.policy())) {
            if (alternative.effect() == Effect.HARSHER) {
                continue;
            }
            assertThat(alternative.condition()).doesNotContain(JudgedWorld.CLIENT, "forger.example");
            assertThat(alternative.change()).isNotIn(Change.KNOWN_CLIENT, Change.TRUSTED_SEALER);
            if (alternative.party() == Party.SENDER) {
                assertThat(alternative.condition()).contains(VICTIM);
            }
        }
    }

    /** Only the owner of the author's domain and the operator of this system can do what is advised. */
    @Property(tries = 80)
    void theForgerCannotAddToTheAdvice(@ForAll("forgeries") JudgedWorld world) {
        assertThat(advice(world)).isSubsetOf(possible(world));
    }

    private static Set<Change> advice(JudgedWorld world) {
        MessageOutcome.Judged outcome = world.judge();
        Set<Change> changes = new TreeSet<>();
        SensitivityAnalysis.of(outcome.facts(), outcome.policy()).stream()
                .filter(each -> each.effect() == Effect.MILDER)
                .map(AlternativeDecision::change)
                .forEach(changes::add);
        return changes;
    }

    /** What may be advised about a message that is refused only for what the owner of the domain publishes. */
    private static Set<Change> possible(JudgedWorld world) {
        return world.dmarc().isEmpty()
                ? Set.of(Change.MODE)
                : Set.of(Change.SPF_PASS, Change.DKIM_PASS, Change.PUBLISHED_POLICY, Change.ON_REJECT, Change.MODE);
    }

    @Provide
    Arbitrary<JudgedWorld> forgeries() {
        Arbitrary<String> mailFrom = Arbitraries.of("", VICTIM, "forger.example", "mail.forger.example");
        Arbitrary<String> own = Arbitraries.of(OWN);
        Arbitrary<Map<String, String>> spf =
                Arbitraries.maps(own, Arbitraries.of(JudgedWorld.PERMITTED, "v=spf1 moo", JudgedWorld.FAILURE));
        Arbitrary<Map<String, JudgedWorld.Key>> signers =
                Arbitraries.maps(own, Arbitraries.of(JudgedWorld.Key.class)).ofMaxSize(2);
        // A signature that the forger invents, for a key that the victim has or had.
        Arbitrary<Map<String, JudgedWorld.Key>> invented = Arbitraries.maps(
                        Arbitraries.of(VICTIM), Arbitraries.of(JudgedWorld.Key.ABSENT, JudgedWorld.Key.REVOKED))
                .ofMaxSize(1);
        Arbitrary<Map<String, String>> dmarc = Arbitraries.of(
                Map.of(VICTIM, "v=DMARC1; p=reject"), Map.of(VICTIM, "v=DMARC1; p=quarantine"), Map.of());
        return Combinators.combine(mailFrom, spf.map(ForgerAdviceProperties::withVictim), signers, invented, dmarc)
                .as((sender, records, keys, others, published) -> {
                    Map<String, JudgedWorld.Key> all = new HashMap<>(keys);
                    all.putAll(others);
                    return new JudgedWorld(
                            VICTIM,
                            sender,
                            records,
                            Map.copyOf(all),
                            published,
                            PolicySettings.DEFAULT,
                            List.of(),
                            Mode.ENFORCE);
                });
    }

    private static Map<String, String> withVictim(Map<String, String> records) {
        Map<String, String> all = new HashMap<>(records);
        all.put(VICTIM, "v=spf1 ip4:198.51.100.1 -all");
        return Map.copyOf(all);
    }
}
