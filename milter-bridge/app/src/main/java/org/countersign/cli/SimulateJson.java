package org.countersign.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.countersign.explain.Explanation;
import org.countersign.explain.Explanation.Count;
import org.countersign.explain.Explanation.Flag;
import org.countersign.explain.Explanation.Group;
import org.countersign.explain.Explanation.Items;
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
        Group tree = new Group().put("schema", new Count(SCHEMA));
        Group messages = new Group().put("all", new Count(simulation.counts().all()));
        for (Kind kind : Kind.values()) {
            messages.put(Keyword.of(kind), new Count(simulation.counts().of(kind)));
        }
        tree.put("messages", messages);
        Group unknown = new Group();
        for (Doubt doubt : Doubt.values()) {
            unknown.put(
                    Keyword.of(doubt), new Count(simulation.counts().doubts().getOrDefault(doubt, 0L)));
        }
        tree.put("unknown", unknown);
        tree.put("judged-without-date", new Count(simulation.judgedWithoutDate()));
        tree.put("policies", list(simulation.policies(), this::policy));
        if (simulation.policies().size() > 1) {
            tree.put("changes", list(simulation.changes().entrySet(), this::change));
            tree.put("unchanged", new Count(simulation.unchanged()));
            tree.put("same-verdict-by-other-rule", new Count(simulation.otherRule()));
            tree.put("not-compared", new Count(simulation.incomparable()));
        }
        tree.put("authors", list(simulation.authors().rows(), this::author));
        return tree;
    }

    private static <T> Explanation list(Iterable<T> values, Function<T, Explanation> each) {
        List<Explanation> items = new ArrayList<>();
        values.forEach(value -> items.add(each.apply(value)));
        return new Items(items);
    }

    private Group policy(PolicySums sums) {
        return new Group()
                .text("file", sums.policy().name())
                .word("mode", sums.policy().mode())
                .put("verdicts", verdicts(sums.verdicts()))
                .put("rules", counts(sums.rules()))
                .put(
                        "objections",
                        list(
                                sums.objections().entrySet(),
                                each -> group(each.getValue(), sums)
                                        .text("verdict", each.getKey().keyword())))
                .put("cannot-tell", group(sums.uncertain(), sums))
                .put("suggestions", list(sums.suggestions(), SimulateJson::suggestion))
                .put("omitted-effects", new Count(sums.omittedEffects()));
    }

    private static Group verdicts(VerdictCounts verdicts) {
        Group group = new Group();
        for (Action action : Action.values()) {
            group.put(action.keyword(), new Count(verdicts.of(action)));
        }
        return group.put("cannot-tell", new Count(verdicts.uncertain())).put("all", new Count(verdicts.all()));
    }

    private static Explanation counts(BoundedCounts counts) {
        Group group = new Group();
        group.put(
                "items",
                list(
                        counts.entries(),
                        each -> new Group().text("text", each.text()).put("messages", new Count(each.count()))));
        return group.put("others", new Count(counts.others()));
    }

    private Group group(ExampleGroup group, PolicySums policy) {
        return new Group()
                .put("messages", new Count(group.messages()))
                .put("wanted", new Count(group.wanted()))
                .put("rules", counts(group.rules()))
                .put("examples", list(group.examples(), each -> example(each, policy)));
    }

    private Group change(Map.Entry<Change, ExampleGroup> change) {
        return group(change.getValue(), simulation.policies().getLast())
                .text("from", change.getKey().from().keyword())
                .text("to", change.getKey().to().keyword());
    }

    private static Explanation doubts(Example example) {
        return list(example.doubts(), doubt -> new Text(Keyword.of(doubt)));
    }

    private Explanation example(Example example, PolicySums policy) {
        return new Group()
                .text("message", example.message())
                .text("author", example.author())
                .word("results", example.source())
                .put("wanted", new Flag(example.wanted()))
                .text("rules", example.explanation())
                .put("not-known", doubts(example))
                .put(
                        "command",
                        new Text(String.join(
                                " ", repetition.command(example, policy.policy().name()))));
    }

    private Explanation author(AuthorRow row) {
        return new Group()
                .text("author", row.author())
                .put("messages", new Count(row.messages()))
                .put("changed", new Count(row.changed()))
                .put("wanted", new Count(row.wanted()))
                .put("verdicts", list(row.verdicts(), SimulateJson::verdicts))
                .put("rules", counts(row.rules()))
                .put("passed", counts(row.authenticated()))
                .put("lists", counts(row.lists()))
                .put("sealers", counts(row.sealers()))
                .put("clients", counts(row.clients()))
                .put("milder-by", counts(row.relays()))
                .put(
                        "examples",
                        list(
                                row.examples(),
                                each -> example(each, simulation.policies().getLast())));
    }

    private static Explanation suggestion(Suggestion suggestion) {
        return new Group()
                .text("setting", suggestion.relay().setting())
                .text("value", suggestion.relay().value())
                .put("turned", new Count(suggestion.turned()))
                .put("of", new Count(suggestion.of()))
                .put("changes", counts(suggestion.changes()))
                .put("authors", counts(suggestion.authors()))
                .put("answered", new Count(suggestion.answered()))
                .put("proven", new Count(suggestion.proven()))
                .put("supported", new Flag(suggestion.isSupported()));
    }
}
