package org.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsCollector;
import org.countersign.MessageOutcome;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.AddressPatterns;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.policy.AlternativeDecision.Change;

/** What an explanation claims about another world is what the engine decides there. */
class SensitivityAnalysisProperties {
    private static final List<String> DOMAINS =
            List.of("bank.example", "mail.bank.example", "sub.mail.bank.example", "bulk.example", "x.bulk.example");

    @Property(tries = 800)
    void eachAlternativeIsTheDecisionOfTheEngineInTheChangedWorld(@ForAll("worlds") JudgedWorld world) {
        MessageOutcome.Judged outcome = world.judge();
        StatisticsCollector changes = Statistics.label("changes");
        for (AlternativeDecision alternative : SensitivityAnalysis.of(outcome.facts(), outcome.policy())) {
            changes.collect(alternative.change());
            MessageOutcome.Judged judged = world.with(alternative).judge();
            if (alternative.change() == Change.DMARC_FAIL
                    && !judged.facts().dmarcKeyword().equals("fail")) {
                // With these answers of the DNS, the condition does not hold.
                continue;
            }
            Decision again = judged.decision();
            assertThat(summary(again))
                    .as("%s, decided %s by %s", alternative.explain(), outcome.decision(), world)
                    .isEqualTo(summary(alternative.decision()));
            assertThat(summary(again)).isNotEqualTo(summary(outcome.decision()));
        }
        changes.coverage(coverage -> EnumSet.complementOf(EnumSet.of(Change.TRUSTED_SEALER, Change.KNOWN_CLIENT))
                .forEach(change -> coverage.check(change).count(times -> times > 0)));
    }

    @Example
    void aKnownClientLeadsToTheVerdictThatIsClaimed() {
        JudgedWorld world = new JudgedWorld(
                "bank.example",
                "bulk.example",
                Map.of(),
                Map.of("bank.example", JudgedWorld.Key.ALTERED),
                Map.of("bank.example", "v=DMARC1; p=reject"),
                PolicySettings.DEFAULT,
                List.of(),
                Mode.ENFORCE);
        MessageOutcome.Judged outcome = world.judge();
        AlternativeDecision claim = SensitivityAnalysis.of(outcome.facts(), outcome.policy()).stream()
                .filter(each -> each.change() == Change.KNOWN_CLIENT)
                .findFirst()
                .orElseThrow();
        assertThat(summary(world.with(claim).judge().decision())).isEqualTo(summary(claim.decision()));
    }

    private static List<String> summary(Decision decision) {
        return List.of(decision.verdict().keyword(), decision.ruled().keyword(), decision.rule());
    }

    @Property(tries = 300)
    void theTrialsOfRulesEndWithTheRuleThatDecided(@ForAll("worlds") JudgedWorld world) {
        MessageOutcome.Judged outcome = world.judge();
        List<RuleTrial> trials = outcome.policy().rules().trials(RuleContext.of(outcome.facts()));
        assertThat(trials.getLast().matches()).isTrue();
        assertThat(trials.getLast().rule().name()).isEqualTo(outcome.decision().rule());
        assertThat(trials.subList(0, trials.size() - 1)).noneMatch(RuleTrial::matches);
    }

    @Provide
    Arbitrary<JudgedWorld> worlds() {
        Arbitrary<String> domains = Arbitraries.of(DOMAINS);
        Arbitrary<String> mailFrom = Arbitraries.frequencyOf(Tuple.of(5, domains), Tuple.of(1, Arbitraries.just("")));
        Arbitrary<Map<String, String>> spf = Arbitraries.maps(
                        domains,
                        Arbitraries.of(
                                JudgedWorld.PERMITTED,
                                JudgedWorld.PERMITTED,
                                "v=spf1 -all",
                                "v=spf1 ~all",
                                "v=spf1 moo",
                                JudgedWorld.FAILURE))
                .ofMaxSize(5);
        Arbitrary<Map<String, JudgedWorld.Key>> signers =
                Arbitraries.maps(domains, keys()).ofMaxSize(3);
        Arbitrary<Map<String, String>> dmarc =
                Arbitraries.maps(domains, records()).ofMaxSize(3);
        return Combinators.combine(
                        domains, mailFrom, spf, signers, dmarc, settings(), operators(), Arbitraries.of(Mode.class))
                .as(JudgedWorld::new);
    }

    /** Each state, and the altered body more often: a known forwarder is only thought of then. */
    private static Arbitrary<JudgedWorld.Key> keys() {
        return Arbitraries.frequencyOf(
                Tuple.of(5, Arbitraries.of(JudgedWorld.Key.class)),
                Tuple.of(4, Arbitraries.just(JudgedWorld.Key.ALTERED)));
    }

    private static Arbitrary<String> records() {
        Arbitrary<String> policy = Arbitraries.of("none", "quarantine", "reject");
        Arbitrary<Optional<String>> other = policy.optional(0.3);
        return Arbitraries.frequencyOf(
                Tuple.of(
                        8,
                        Combinators.combine(
                                        policy,
                                        other,
                                        other,
                                        Arbitraries.of("", "; t=y"),
                                        Arbitraries.of("", "; aspf=s; adkim=s"))
                                .as((p, sp, np, t, strict) -> "v=DMARC1; p=" + p
                                        + sp.map(value -> "; sp=" + value).orElse("")
                                        + np.map(value -> "; np=" + value).orElse("") + t + strict)),
                Tuple.of(
                        1,
                        Arbitraries.of(
                                JudgedWorld.FAILURE, "v=DMARC1; p=moo", "v=DMARC1; p=moo; rua=mailto:a@b.example")));
    }

    private static Arbitrary<PolicySettings> settings() {
        Arbitrary<List<DomainName>> protect = Arbitraries.of(List.of(), List.of(DomainName.of("bank.example")));
        Arbitrary<Map<DmarcPolicy, AddressPatterns>> treatAs = Arbitraries.of(DmarcPolicy.class)
                .optional(0.3)
                .map(policy -> {
                    Map<DmarcPolicy, AddressPatterns> map = new HashMap<>();
                    policy.ifPresent(value -> map.put(value, Cases.patterns("bank.example", "*.bank.example")));
                    return Map.copyOf(map);
                });
        Arbitrary<IndirectFlow> indirect = Arbitraries.of(
                IndirectFlow.NONE,
                IndirectFlow.NONE.withNetwork(IpNetwork.parse("192.0.2.0/24").orElseThrow()),
                IndirectFlow.NONE.withNetwork(IpNetwork.parse("198.51.100.0/24").orElseThrow()));
        Arbitrary<AddressPatterns> failing = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(AddressPatterns.NONE)),
                Tuple.of(1, Arbitraries.just(Cases.patterns("*.bank.example", "bulk.example"))));
        return Combinators.combine(
                        protect,
                        treatAs,
                        failing,
                        failing,
                        Arbitraries.of(DmarcPolicy.class),
                        indirect,
                        Arbitraries.of(DmarcPolicy.NONE, DmarcPolicy.QUARANTINE))
                .as((own, treated, open, closed, onReject, flow, onIndirect) -> new PolicySettings(
                        own,
                        treated,
                        open,
                        closed,
                        onReject,
                        flow,
                        onIndirect,
                        QuarantineAction.MARK,
                        "https://help.example"));
    }

    private static Arbitrary<List<Rule>> operators() {
        return Arbitraries.of(
                        Cases.rule("tag-unsigned", new Outcome.Tag(), Cases.dmarc(ResultKeyword.NONE)),
                        Cases.rule("refuse-bank", new Outcome.Discard(), Cases.author("bank.example")),
                        Cases.rule(
                                "published",
                                new Outcome.Quarantine(QuarantineAction.HOLD),
                                new Condition.OfPolicy(false, Set.of(DmarcPolicy.NONE))),
                        Cases.rule(
                                "spf",
                                new Outcome.Accept(),
                                new Condition.OfResult(Condition.Method.SPF, Set.of(ResultKeyword.PASS))))
                .list()
                .ofMaxSize(2)
                .map(rules -> List.copyOf(new ArrayList<>(new LinkedHashSet<>(rules))));
    }
}
