package org.countersign.cli;

import java.io.IOException;
import java.io.PrintStream;
import org.countersign.AuthenticationOutcome;
import org.countersign.MessageOutcome;
import org.countersign.SigningOutcome;
import org.countersign.explain.Explanation;
import org.countersign.explain.ExplanationJson;
import org.countersign.explain.ExplanationText;
import org.countersign.explain.MessageExplanation;
import org.countersign.explain.OutboundExplanation;

/**
 * What {@code check} says of an inbound, outbound or internal message.
 *
 * @param conclusion what the engine came to
 * @param smtp the transaction that the message was checked with
 */
record CheckReport(MessageOutcome conclusion, SmtpFacts smtp) {
    void writeJson(PrintStream out) throws IOException {
        ExplanationJson.write(tree(), out);
    }

    void writeText(PrintStream out) {
        ExplanationText text = new ExplanationText(out);
        text.decision(conclusion.decision());
        text.lines(new Explanation.Group().text("flow", flow()));
        text.lines(smtp.lines());
        out.println();
        switch (conclusion) {
            case AuthenticationOutcome outcome -> text.judged(outcome);
            case SigningOutcome outcome -> text.signed(outcome);
            case MessageOutcome.Untouched untouched -> out.println("The message is neither judged nor signed.");
            case MessageOutcome.Deferred deferred -> out.println("There was no memory to look at the message.");
        }
    }

    private Explanation.Group tree() {
        Explanation.Group tree = switch (conclusion) {
            case AuthenticationOutcome outcome -> MessageExplanation.of(outcome);
            case SigningOutcome outcome -> OutboundExplanation.of(outcome);
            case MessageOutcome.Untouched untouched -> MessageExplanation.decision(untouched.decision());
            case MessageOutcome.Deferred deferred -> MessageExplanation.decision(deferred.decision());
        };
        return tree.text("flow", flow()).put("sources", smtp.sources());
    }

    private String flow() {
        return switch (conclusion) {
            case AuthenticationOutcome outcome -> "inbound";
            case SigningOutcome outcome -> "outbound";
            case MessageOutcome.Untouched untouched -> "internal";
            case MessageOutcome.Deferred deferred -> "unknown";
        };
    }
}
