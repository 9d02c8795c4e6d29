package org.countersign.cli;

import java.util.Map;
import org.countersign.explain.Explanation;
import org.countersign.explain.Explanation.Group;
import org.countersign.explain.Explanation.Text;
import org.countersign.policy.Action;
import org.countersign.simulate.AuthorRow;
import org.countersign.simulate.BoundedCounts;
import org.countersign.simulate.Change;
import org.countersign.simulate.Doubt;
import org.countersign.simulate.Example;
import org.countersign.simulate.ExampleGroup;
import org.countersign.simulate.MessageCounts.Kind;
import org.countersign.simulate.PolicySums;
import org.countersign.simulate.Simulation;
import org.countersign.simulate.Suggestion;
import org.countersign.simulate.VerdictCounts;
import org.countersign.syntax.Keyword;

/** A simulation as JSON. {@code docs/simulate.md} describes every key. */
final class SimulateJson {
    private static final int SCHEMA = 1;

    private final Simulation simulation;
    private final SimulateRepetition repetition;

    SimulateJson(Simulation simulation, SimulateRepetition repetition) {
        this.simulation = simulation;
        this.repetition = repetition;
    }

    Group tree() {
        Group tree = new Group().count("schema", SCHEMA);
        Group messages = new Group().count("all", simulation.counts().all());
        for (Kind kind : Kind.values()) {
            messages.count(Keyword.of(kind), simulation.counts().of(kind));
        }
        tree.put("messages", messages);
        Group unknown = new Group();
        for (Doubt doubt : Doubt.values()) {
            unknown.count(Keyword.of(doubt), simulation.counts().doubts().getOrDefault(doubt, 0L));
        }
        tree.put("unknown", unknown);
        tree.count("judged-without-date", simulation.judgedWithoutDate());
        tree.list("policies", simulation.policies(), this::policy);
        if (simulation.policies().size() > 1) {
            tree.list("changes", simulation.changes().entrySet(), this::change);
            tree.count("unchanged", simulation.unchanged());
            tree.count("same-verdict-by-other-rule", simulation.otherRule());
            tree.count("not-compared", simulation.incomparable());
        }
        tree.list("authors", simulation.authors().rows(), this::author);
        return tree;
    }

    private Group policy(PolicySums sums) {
        return new Group()
                .text("file", sums.policy().name())
                .word("mode", sums.policy().mode())
                .put("verdicts", verdicts(sums.verdicts()))
                .put("rules", counts(sums.rules()))
                .list(
                        "objections",
                        sums.objections().entrySet(),
                        each -> group(each.getValue(), sums)
                                .text("verdict", each.getKey().keyword()))
                .put("cannot-tell", group(sums.uncertain(), sums))
                .list("suggestions", sums.suggestions(), SimulateJson::suggestion)
                .count("omitted-effects", sums.omittedEffects());
    }

    private static Group verdicts(VerdictCounts verdicts) {
        Group group = new Group();
        for (Action action : Action.values()) {
            group.count(action.keyword(), verdicts.of(action));
        }
        return group.count("cannot-tell", verdicts.uncertain()).count("all", verdicts.all());
    }

    private static Explanation counts(BoundedCounts counts) {
        return new Group()
                .list(
                        "items",
                        counts.entries(),
                        each -> new Group().text("text", each.text()).count("messages", each.count()))
                .count("others", counts.others());
    }

    private Group group(ExampleGroup group, PolicySums policy) {
        return new Group()
                .count("messages", group.messages())
                .count("wanted", group.wanted())
                .put("rules", counts(group.rules()))
                .list("examples", group.examples(), each -> example(each, policy));
    }

    private Group change(Map.Entry<Change, ExampleGroup> change) {
        return group(change.getValue(), simulation.policies().getLast())
                .text("from", change.getKey().from().keyword())
                .text("to", change.getKey().to().keyword());
    }

    private Explanation example(Example example, PolicySums policy) {
        return new Group()
                .text("message", example.message())
                .text("author", example.author())
                .word("results", example.source())
                .flag("wanted", example.wanted())
                .text("rules", example.explanation())
                .list("not-known", example.doubts(), doubt -> new Text(Keyword.of(doubt)))
                .text(
                        "command",
                        String.join(
                                " ", repetition.command(example, policy.policy().name())));
    }

    private Explanation author(AuthorRow row) {
        return new Group()
                .text("author", row.author())
                .count("messages", row.messages())
                .count("changed", row.changed())
                .count("wanted", row.wanted())
                .list("verdicts", row.verdicts(), SimulateJson::verdicts)
                .put("rules", counts(row.rules()))
                .put("passed", counts(row.authenticated()))
                .put("lists", counts(row.lists()))
                .put("sealers", counts(row.sealers()))
                .put("clients", counts(row.clients()))
                .put("milder-by", counts(row.relays()))
                .list(
                        "examples",
                        row.examples(),
                        each -> example(each, simulation.policies().getLast()));
    }

    private static Explanation suggestion(Suggestion suggestion) {
        return new Group()
                .text("setting", suggestion.relay().setting())
                .text("value", suggestion.relay().value())
                .count("turned", suggestion.turned())
                .count("of", suggestion.of())
                .put("changes", counts(suggestion.changes()))
                .put("authors", counts(suggestion.authors()))
                .count("answered", suggestion.answered())
                .count("proven", suggestion.proven())
                .flag("supported", suggestion.isSupported());
    }
}
