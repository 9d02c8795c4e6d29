package org.countersign.cli;

import java.io.IOException;
import java.io.PrintStream;
import org.countersign.explain.Explanation;
import org.countersign.explain.ExplanationJson;
import org.countersign.ops.ServiceCheck;
import org.countersign.service.check.Finding;
import org.countersign.service.check.Findings;

/** Writes the findings of a check as one JSON object in US-ASCII. */
final class FindingsJson {
    private FindingsJson() {}

    /**
     * Writes the object and ends the line.
     *
     * @param scope what was checked
     * @param out stays open
     * @throws IOException if {@code out} fails
     */
    static void write(Findings findings, ServiceCheck.Scope scope, PrintStream out) throws IOException {
        ExplanationJson.write(
                new Explanation.Group()
                        .put("errors", new Explanation.Count(findings.count(Finding.Level.ERROR)))
                        .put("warnings", new Explanation.Count(findings.count(Finding.Level.WARNING)))
                        .put("rules", new Explanation.Count(scope.rules()))
                        .put("keys", new Explanation.Count(scope.keys()))
                        .put("listeners", new Explanation.Count(scope.listeners()))
                        .put(
                                "findings",
                                new Explanation.Items(findings.inOrder().stream()
                                        .map(FindingsJson::explanation)
                                        .toList())),
                out);
    }

    private static Explanation explanation(Finding finding) {
        return new Explanation.Group().word("level", finding.level()).text("text", finding.text());
    }
}
