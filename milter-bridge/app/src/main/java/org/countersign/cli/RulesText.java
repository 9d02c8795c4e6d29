package org.countersign.cli;

import java.io.PrintStream;
import java.util.List;
import org.countersign.config.Configuration;
import org.countersign.policy.Condition;
import org.countersign.policy.FieldEdits;
import org.countersign.policy.IndirectFlow;
import org.countersign.policy.Outcome;
import org.countersign.policy.QuarantineAction;
import org.countersign.policy.ReplyTemplate;
import org.countersign.policy.Rule;
import org.countersign.syntax.Ascii;

/** Writes the rules of a policy as text, in the order in which they are tried. */
final class RulesText {
    // A longer list would hide the rule.
    private static final int MAX_VALUES = 20;

    private final PrintStream out;

    private RulesText(PrintStream out) {
        this.out = out;
    }

    static void write(Configuration configuration, PrintStream out) {
        RulesText text = new RulesText(out);
        out.println("mode: " + Ascii.lower(configuration.mode().name()));
        out.println("The first rule that matches decides.");
        int number = 1;
        for (Rule rule : configuration.policy().policyRules().rules()) {
            out.println();
            text.rule(number++, rule);
        }
    }

    private void rule(int number, Rule rule) {
        out.println(number + ". " + rule.name() + "  (" + rule.origin().location() + ")");
        if (rule.when().isEmpty()) {
            out.println("   when     every message");
        }
        conditions("when", rule.when());
        conditions("unless", rule.unless());
        out.println("   then     " + outcome(rule.outcome()));
        for (FieldEdits.Added field : rule.edits().added()) {
            out.println("   add      " + field.name() + ": " + field.value());
        }
        for (String name : rule.edits().removed()) {
            out.println("   remove   " + name);
        }
        out.println("   because  " + rule.reason());
    }

    private void conditions(String word, List<Condition> conditions) {
        String label = word;
        for (Condition condition : conditions) {
            out.println("   " + label + " ".repeat(9 - label.length()) + condition.key() + ": "
                    + values(condition.values()));
            label = word.equals("when") ? "and" : "or";
            if (condition instanceof Condition.Indirect(IndirectFlow flow, boolean unused)) {
                flow(flow);
            }
        }
    }

    private void flow(IndirectFlow flow) {
        detail("ARC sealers", flow.sealers().patterns());
        detail("client networks", flow.networks());
        detail("MAIL FROM domains with SPF pass", flow.mailFrom().patterns());
        detail("signing domains", flow.signers().patterns());
    }

    private void detail(String label, List<?> values) {
        if (!values.isEmpty()) {
            out.println("              " + label + ": "
                    + values(values.stream().map(Object::toString).toList()));
        }
    }

    private static String values(List<String> values) {
        String shown = String.join(", ", values.subList(0, Math.min(MAX_VALUES, values.size())));
        return values.size() > MAX_VALUES ? shown + " and " + (values.size() - MAX_VALUES) + " more" : shown;
    }

    private static String outcome(Outcome outcome) {
        return outcome.keyword()
                + switch (outcome) {
                    case Outcome.Reject(ReplyTemplate reply) -> ": " + reply;
                    case Outcome.TempFail(ReplyTemplate reply) -> ": " + reply;
                    case Outcome.Quarantine(QuarantineAction how) ->
                        how == QuarantineAction.HOLD ? ": held by the mail server" : ": delivered with an added header";
                    case Outcome.Tag tag -> ": delivered with an added header";
                    case Outcome.Accept accept -> "";
                    case Outcome.Discard discard -> "";
                };
    }
}
