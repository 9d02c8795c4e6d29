package org.countersign.explain;

import java.io.PrintStream;
import java.util.List;
import org.countersign.AuthenticationOutcome;
import org.countersign.SigningOutcome;
import org.countersign.dkim.DkimResult;
import org.countersign.dns.LookupTrace;
import org.countersign.policy.Decision;
import org.countersign.policy.MessageFacts;
import org.countersign.policy.Verdict;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Escapes;

/** An outcome for people: the decision first, then what it rests on. */
public final class ExplanationText {
    private static final int LABEL_WIDTH = 9;

    private final PrintStream out;

    public ExplanationText(PrintStream out) {
        this.out = out;
    }

    /** What judging a message rests on. */
    public void judged(AuthenticationOutcome outcome) {
        facts(outcome.facts());
        out.println();
        edits(outcome.edits());
        out.println();
        lookups(MessageExplanation.inOrder(outcome.lookups()));
    }

    /** Which keys sign a message. */
    public void signed(SigningOutcome outcome) {
        line("author", outcome.author().explain());
        details(OutboundExplanation.of(outcome)
                .without("verdict", "judged", "reply", "rule", "reason", "author", "edits"));
        out.println();
        edits(outcome.edits().stream()
                .filter(HeaderEdit.Remove.class::isInstance)
                .toList());
    }

    /** Plain parts of a group, a line each. */
    public void lines(Explanation.Group group) {
        group.members().keySet().forEach(key -> line(key, TreeText.plain(group, key)));
    }

    public void decision(Decision decision) {
        line("verdict", verdict(decision.verdict()));
        if (decision.held()) {
            line("would be", verdict(decision.judged()) + " (mode: monitor)");
        }
        line("rule", decision.rule());
        line("reason", decision.reason());
    }

    private static String verdict(Verdict verdict) {
        return verdict.keyword() + verdict.refusal().map(reply -> ": " + reply).orElse("");
    }

    private void facts(MessageFacts facts) {
        line("author", facts.author().explain());
        details(MessageExplanation.author(facts.author()).without("finding"));
        result("SPF", SpfExplanation.of(facts.spf()));
        facts.helo().ifPresent(helo -> result("HELO", SpfExplanation.of(helo)));
        if (facts.signatures().isEmpty()) {
            line("DKIM", "none: The message is not signed.");
        }
        for (DkimResult signature : facts.signatures()) {
            // The signature itself says nothing to people.
            result("DKIM", DkimExplanation.of(signature).without("signature"));
        }
        result("DMARC", DmarcExplanation.of(facts));
        result("ARC", ArcExplanation.of(facts.arc()));
    }

    /** A result in a line, and below it what it rests on. */
    private void result(String label, Explanation.Group tree) {
        line(label, TreeText.plain(tree, "result") + ": " + TreeText.plain(tree, "explain"));
        details(tree.without("result"));
    }

    private void details(Explanation.Group tree) {
        new TreeText(out).write(tree.without("explain"), " ".repeat(LABEL_WIDTH));
    }

    private void edits(List<HeaderEdit> edits) {
        out.println("header changes: " + edits.size());
        for (HeaderEdit edit : edits) {
            switch (edit) {
                case HeaderEdit.Remove remove ->
                    line("remove", Escapes.printable(remove.name()) + ", number " + remove.instance());
                case HeaderEdit.Prepend prepend -> field(prepend.field());
            }
        }
    }

    /** A field with its folds as they will stand in the message. */
    private void field(HeaderField field) {
        String label = "add";
        for (String folded : field.raw().latin1().split("\r\n", -1)) {
            line(label, Escapes.printable(folded));
            label = "";
        }
    }

    private void lookups(List<LookupTrace> lookups) {
        out.println("DNS questions: " + lookups.size());
        for (LookupTrace lookup : lookups) {
            out.println("  " + lookup.question() + ": " + lookup.answer());
        }
    }

    private void line(String label, String text) {
        out.println(label + " ".repeat(LABEL_WIDTH - label.length()) + text);
    }
}
