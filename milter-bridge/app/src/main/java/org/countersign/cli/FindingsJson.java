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
                .count("errors", findings.count(Finding.Level.ERROR))
                .count("warnings", findings.count(Finding.Level.WARNING))
                .count("rules", scope.rules())
                .count("keys", scope.keys())
                .count("listeners", scope.listeners())
                .list(
                        "findings",
                        findings.inOrder(),
                        finding -> new Explanation.Group()
                                .word("level", finding.level())
                                .text("text", finding.text()));
    }
}
