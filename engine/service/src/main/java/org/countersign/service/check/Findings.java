package org.countersign.service.check;

import java.util.ArrayList;
import java.util.List;

/** Collects findings. For one thread. */
public final class Findings {
    private final List<Finding> found = new ArrayList<>();

    public void error(String text) {
        add(Finding.Level.ERROR, text);
    }

    public void warning(String text) {
        add(Finding.Level.WARNING, text);
    }

    public void note(String text) {
        add(Finding.Level.NOTE, text);
    }

    /** Adds a finding, unless the same text was added before. */
    public void add(Finding.Level level, String text) {
        Finding finding = new Finding(level, text);
        if (found.stream().noneMatch(earlier -> earlier.text().equals(finding.text()))) {
            found.add(finding);
        }
    }

    /** All findings: errors first, then warnings, then notes, each in the order in which they were added. */
    public List<Finding> inOrder() {
        List<Finding> sorted = new ArrayList<>();
        for (Finding.Level level : Finding.Level.values()) {
            found.stream().filter(finding -> finding.level() == level).forEach(sorted::add);
        }
        return List.copyOf(sorted);
    }

    /** How many findings have this level. */
    public int count(Finding.Level level) {
        return (int) found.stream().filter(finding -> finding.level() == level).count();
    }
}
