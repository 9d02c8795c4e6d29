package org.countersign.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.policy.Action;
import org.countersign.simulate.MessageCounts.Kind;

class SimulationProperties {
    private static final List<String> POLICIES = List.of(
            "",
            "dmarc: { on-reject: quarantine }\n",
            "protect: [bank.example]\n",
            "indirect-flow: { forwarders: { networks: [192.0.2.9] }, then: accept }\n",
            "rules:\n- { name: odd, when: { mail-from: \"b@list.example\", dmarc: fail }, then: tag }\n");

    /** Messages of all kinds: with recorded results, forged ones, or none; with trace fields, or without. */
    @Provide
    Arbitrary<List<String>> archives() {
        Arbitrary<String> author = Arbitraries.of("bank.example", "list.example", "nobody.example");
        Arbitrary<String> path = Arbitraries.of("", "Return-Path: <>\n", "Return-Path: <b@list.example>\n");
        Arbitrary<Integer> results = Arbitraries.integers().between(0, 5);
        Arbitrary<String> trace = Arbitraries.of(
                "",
                Archives.received("192.0.2.1"),
                Archives.received("192.0.2.9"),
                Archives.received("10.0.0.1"),
                "Received: (qmail 7 invoked by uid 89); Mon, 23 Nov 2026 12:00:00 +0000\n");
        Arbitrary<String> message = Combinators.combine(author, path, results, trace)
                .as((domain, top, kind, hop) -> top
                        + switch (kind) {
                            case 0 -> Archives.passed(domain);
                            case 1 -> Archives.failed(domain, "reject");
                            case 2 -> Archives.failed(domain, "quarantine");
                            case 3 ->
                                "Authentication-Results: " + Archives.OURS + "; dmarc=fail header.from=" + domain
                                        + "\n";
                            case 4 -> "Authentication-Results: " + Archives.OURS + "; spf=temperror\n";
                            default -> "";
                        }
                        + hop
                        + Archives.body(domain));
        return message.list().ofMaxSize(12);
    }

    @Provide
    Arbitrary<String> policies() {
        return Arbitraries.of(POLICIES);
    }

    @Provide
    Arbitrary<Optional<ResultsSource>> sources() {
        return Arbitraries.of(ResultsSource.values()).optional();
    }

    private static Simulation run(List<String> messages, Optional<ResultsSource> source, String... policies) {
        return Archives.run(
                Archives.mbox(messages.toArray(String[]::new)),
                Archives.request(source, OptionalInt.empty(), policies),
                Archives.ZONE);
    }

    @Property(tries = 60)
    void everySumIsTheSumOfItsParts(
            @ForAll("archives") List<String> messages,
            @ForAll("policies") String first,
            @ForAll("policies") String second,
            @ForAll("sources") Optional<ResultsSource> source) {
        Simulation simulation = run(messages, source, first, second);
        assertThat(simulation.counts().all()).isEqualTo(messages.size());
        long judged = simulation.counts().judged();
        for (int i = 0; i < 2; i++) {
            int policy = i;
            VerdictCounts sums = simulation.policies().get(i).verdicts();
            assertThat(sums.all()).isEqualTo(judged);
            for (Action action : Action.values()) {
                assertThat(simulation.authors().rows().stream()
                                .mapToLong(row -> row.verdicts().get(policy).of(action))
                                .sum())
                        .isEqualTo(sums.of(action));
            }
            assertThat(simulation.policies().get(i).uncertain().messages()).isEqualTo(sums.uncertain());
        }
        long changed = simulation.changes().values().stream()
                .mapToLong(ExampleGroup::messages)
                .sum();
        assertThat(changed + simulation.unchanged() + simulation.incomparable()).isEqualTo(judged);
        assertThat(simulation.authors().rows().stream()
                        .mapToLong(AuthorRow::changed)
                        .sum())
                .isEqualTo(changed);
    }

    @Property(tries = 30)
    void noVerdictChangesFromAPolicyToItself(
            @ForAll("archives") List<String> messages,
            @ForAll("policies") String policy,
            @ForAll("sources") Optional<ResultsSource> source) {
        Simulation simulation = run(messages, source, policy, policy);
        assertThat(simulation.changes()).isEmpty();
        assertThat(simulation.incomparable()).isZero();
        assertThat(simulation.unchanged()).isEqualTo(simulation.counts().judged());
    }

    /** What an archive tells does not depend on what stands before or after a message. */
    @Property(tries = 30)
    void theSumsOfTwoArchivesAreTheSumsOfBoth(
            @ForAll("archives") List<String> one, @ForAll("archives") List<String> other) {
        Simulation both = run(Stream.concat(one.stream(), other.stream()).toList(), Optional.empty(), "");
        for (Kind kind : Kind.values()) {
            assertThat(both.counts().of(kind))
                    .isEqualTo(run(one, Optional.empty(), "").counts().of(kind)
                            + run(other, Optional.empty(), "").counts().of(kind));
        }
    }
}
