package org.countersign.cli;

import java.io.PrintStream;
import java.util.List;
import org.countersign.AuthenticationOutcome;
import org.countersign.HeaderEdit;
import org.countersign.SigningOutcome;
import org.countersign.dkim.DkimResult;
import org.countersign.dns.LookupTrace;
import org.countersign.policy.Decision;
import org.countersign.policy.MessageFacts;
import org.countersign.policy.Verdict;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Escapes;

/** An outcome for people: the decision first, then what it rests on. */
final class OutcomeText {
    private static final int LABEL_WIDTH = 9;

    private final PrintStream out;

    OutcomeText(PrintStream out) {
        this.out = out;
    }

    /** What judging a message rests on. */
    void judged(AuthenticationOutcome outcome) {
        facts(outcome.facts());
        out.println();
        edits(outcome.edits());
        out.println();
        lookups(OutcomeTree.inOrder(outcome.lookups()));
    }

    /** Which keys sign a message. */
    void signed(SigningOutcome outcome) {
        line("author", outcome.author().explain());
        details(SigningTree.of(outcome).without("verdict", "judged", "reply", "rule", "reason", "author", "edits"));
        out.println();
        edits(outcome.edits().stream()
                .filter(HeaderEdit.Remove.class::isInstance)
                .toList());
    }

    /** Plain parts of a group, a line each. */
    void lines(Evidence.Group group) {
        group.members().keySet().forEach(key -> line(key, EvidenceText.plain(group, key)));
    }

    void decision(Decision decision) {
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
        details(OutcomeTree.author(facts.author()).without("finding"));
        result("SPF", SpfTree.of(facts.spf()));
        facts.helo().ifPresent(helo -> result("HELO", SpfTree.of(helo)));
        if (facts.signatures().isEmpty()) {
            line("DKIM", "none: The message is not signed.");
        }
        for (DkimResult signature : facts.signatures()) {
            // The signature itself says nothing to people.
            result("DKIM", DkimTree.of(signature).without("signature"));
        }
        result("DMARC", DmarcTree.of(facts));
        result("ARC", ArcTree.of(facts.arc()));
    }

    /** A result in a line, and below it what it rests on. */
    private void result(String label, Evidence.Group tree) {
        line(label, EvidenceText.plain(tree, "result") + ": " + EvidenceText.plain(tree, "explain"));
        details(tree.without("result"));
    }

    private void details(Evidence.Group tree) {
        new EvidenceText(out).write(tree.without("explain"), " ".repeat(LABEL_WIDTH));
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
