package org.countersign.importer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects the findings of an import. */
final class Findings {
    private final List<Finding> all = new ArrayList<>();

    void add(FindingClass kind, Origin origin, String said, String explanation) {
        all.add(new Finding(kind, origin, said, explanation));
    }

    void add(FindingClass kind, Directive directive, String explanation) {
        add(kind, directive.origin(), directive.said(), explanation);
    }

    /** Adds a finding unless there is one that says the same of the same line. */
    void addOnce(FindingClass kind, Origin origin, String said, String explanation) {
        Finding finding = new Finding(kind, origin, said, explanation);
        if (!all.contains(finding)) {
            all.add(finding);
        }
    }

    void addAll(Findings more) {
        all.addAll(more.all);
    }

    /** Whether something is said of a name, alone or with what follows it. */
    boolean has(String name) {
        return all.stream()
                .anyMatch(
                        finding -> finding.said().equals(name) || finding.said().startsWith(name + " "));
    }

    /** All of them, the most important classes first. */
    List<Finding> inOrder() {
        return all.stream().sorted(Comparator.comparing(Finding::kind)).toList();
    }
}
