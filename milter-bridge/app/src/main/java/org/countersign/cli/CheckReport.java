package org.countersign.cli;

import java.io.IOException;
import java.io.PrintStream;
import org.countersign.MessageOutcome;
import org.countersign.explain.ExplanationJson;
import org.countersign.explain.ExplanationText;
import org.countersign.explain.MessageExplanation;

/**
 * The output of {@code check}: the explanation of the outcome, and where the facts of the SMTP transaction came from.
 *
 * @param smtp the transaction that the message was checked with
 */
record CheckReport(MessageOutcome outcome, SmtpFacts smtp) {
    void writeJson(PrintStream out) throws IOException {
        ExplanationJson.write(MessageExplanation.of(outcome).put("sources", smtp.sources()), out);
    }

    void writeText(PrintStream out) {
        new ExplanationText(out).write(MessageExplanation.of(outcome), smtp.lines());
    }
}
