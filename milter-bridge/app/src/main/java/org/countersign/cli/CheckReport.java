package org.countersign.cli;

import java.util.List;
import org.countersign.cli.MessageCheck.Checked;
import org.countersign.explain.Explanation;
import org.countersign.explain.MessageExplanation;
import org.countersign.explain.StepsText;
import org.countersign.explain.TextStyle;
import org.countersign.explain.VerdictText;

/**
 * The output of {@code check} for one message: the explanation of the outcome, and where the facts of the SMTP transaction
 * came from.
 */
record CheckReport(Checked checked) {
    /** Changes when the meaning of a key changes. */
    static final int SCHEMA = 1;

    /**
     * The explanation for programs, which is the same for the same message and the same DNS answers.
     *
     * @param full whether it has all details
     */
    Explanation.Group json(boolean full) {
        Explanation.Group tree = full
                ? MessageExplanation.repeatable(checked.outcome(), checked.dns())
                : MessageExplanation.of(checked.outcome());
        Explanation.Group report = new Explanation.Group().count("schema", SCHEMA);
        tree.members().forEach(report::put);
        return report.put("sources", checked.smtp().sources());
    }

    /** The text for people. */
    List<String> lines(TextStyle style, boolean explain, boolean steps) {
        Explanation.Group tree = MessageExplanation.full(checked.outcome(), checked.dns());
        return steps
                ? StepsText.lines(tree, style)
                : VerdictText.lines(tree, checked.smtp().lines(), style, explain);
    }
}
