package org.countersign.cli;

import org.countersign.explain.Explanation;
import org.countersign.ops.ServiceCheck;
import org.countersign.service.check.Finding;
import org.countersign.service.check.Findings;

/** The findings of a check as one JSON object. */
final class FindingsJson {
    private FindingsJson() {}

    /**
     * The object.
     *
     * @param scope what was checked
     */
    static Explanation.Group of(Findings findings, ServiceCheck.Scope scope) {
        return new Explanation.Group()
                .put("errors", new Explanation.Count(findings.count(Finding.Level.ERROR)))
                .put("warnings", new Explanation.Count(findings.count(Finding.Level.WARNING)))
                .put("rules", new Explanation.Count(scope.rules()))
                .put("keys", new Explanation.Count(scope.keys()))
                .put("listeners", new Explanation.Count(scope.listeners()))
                .put(
                        "findings",
                        new Explanation.Items(findings.inOrder().stream()
                                .map(FindingsJson::explanation)
                                .toList()));
    }

    private static Explanation explanation(Finding finding) {
        return new Explanation.Group().word("level", finding.level()).text("text", finding.text());
    }
}
