package org.countersign.explain;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.countersign.MessageOutcome;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.IpNetwork;
import org.countersign.message.AuthorDomain;
import org.countersign.message.AuthorProblem;
import org.countersign.policy.Condition;
import org.countersign.policy.ResultKeyword;
import org.countersign.policy.Rule;
import org.countersign.policy.RuleContext;
import org.countersign.policy.RuleTrial;
import org.countersign.syntax.BoundedText;
import org.countersign.syntax.Keyword;

/** Explains which rules were tried, and why each did not match, until the one that decided. */
final class RulesExplanation {
    private static final int MAX_RULES = 200;
    private static final int MAX_VALUES = 4;
    private static final int MAX_CONDITION = 160;

    private RulesExplanation() {}

    /** Adds {@code rules}, the last of which decided. */
    static void addTo(Explanation.Group tree, MessageOutcome.Judged outcome) {
        RuleContext facts = RuleContext.of(outcome.facts());
        List<RuleTrial> trials = outcome.policy().rules().trials(facts);
        int omitted = Math.max(0, trials.size() - MAX_RULES);
        tree.list("rules", trials.subList(omitted, trials.size()), trial -> trial(trial, facts))
                .count("rules-omitted", omitted);
    }

    private static Explanation trial(RuleTrial trial, RuleContext facts) {
        Rule rule = trial.rule();
        Explanation.Group tree = new Explanation.Group()
                .text("rule", rule.name())
                .text("location", rule.origin().location())
                .flag("matches", trial.matches());
        return trial.obstacle()
                .map(obstacle -> tree.text("condition", condition(obstacle))
                        .text("found", found(obstacle, facts))
                        .text("explain", explain(trial, obstacle, facts)))
                .orElseGet(() -> tree.text("explain", rule.reason()));
    }

    private static String explain(RuleTrial trial, Condition obstacle, RuleContext facts) {
        String condition = condition(obstacle);
        return trial.excludes()
                ? "does not apply, unless: " + condition
                : "needs " + condition
                        + found(obstacle, facts)
                                .map(value -> ", but it is " + value)
                                .orElse("");
    }

    /** The condition as in a policy file, with its first values. */
    private static String condition(Condition condition) {
        List<String> values = condition.values();
        String text = condition.key() + ": "
                + values.stream().limit(MAX_VALUES).collect(Collectors.joining(", "))
                + (values.size() > MAX_VALUES ? " and " + (values.size() - MAX_VALUES) + " more" : "");
        return BoundedText.truncate(text, MAX_CONDITION);
    }

    /** The value of the message, if it is a short one. */
    private static Optional<String> found(Condition condition, RuleContext facts) {
        return switch (condition) {
            case Condition.OfResult result -> Optional.of(result(result.method(), facts));
            case Condition.OfPolicy policy ->
                Optional.of((policy.applied()
                                ? facts.dmarc().applied()
                                : facts.dmarc().declared())
                        .map(DmarcPolicy::keyword)
                        .orElse("unknown"));
            case Condition.OfAuthor author -> Optional.of(author(facts.author()));
            case Condition.OfAuthorProblem problem ->
                Optional.of(
                        facts.author().problemKind().map(AuthorProblem::keyword).orElse("none"));
            case Condition.OfFlag flag -> Optional.of(Boolean.toString(flag.value() == flag.holds(facts)));
            case Condition.Indirect indirect ->
                Optional.of(Boolean.toString(indirect.flow().evidence(facts).isPresent()));
            case Condition.IndirectUndecided undecided -> Optional.of(Boolean.toString(undecided.holds(facts)));
            case Condition.OfClient client ->
                Optional.of(facts.connection()
                        .client()
                        .map(IpNetwork::renderAddress)
                        .orElse("unknown"));
            // Addresses and names: the author, envelope and results show them.
            default -> Optional.empty();
        };
    }

    private static String author(AuthorDomain author) {
        return switch (author) {
            case AuthorDomain.Single single -> Keyword.of(Condition.AuthorFinding.SINGLE);
            case AuthorDomain.Ambiguous ambiguous -> Keyword.of(Condition.AuthorFinding.AMBIGUOUS);
            case AuthorDomain.Missing missing -> Keyword.of(Condition.AuthorFinding.MISSING);
        };
    }

    private static String result(Condition.Method method, RuleContext facts) {
        return switch (method) {
            case SPF -> facts.spf().result().word();
            case DKIM ->
                facts.dkim().isEmpty()
                        ? ResultKeyword.NONE.word()
                        : facts.dkim().stream()
                                .map(signature -> signature.result().word())
                                .distinct()
                                .collect(Collectors.joining(", "));
            case DMARC -> facts.dmarc().result().word();
            case ARC -> facts.arc().word();
        };
    }
}
