package org.countersign.service.check;

import java.util.ArrayList;
import java.util.List;

/** Collects findings. For one thread. */
public final class Findings {
    /** How many keys with a problem of one kind are named. */
    static final int MAX_KEYS = 20;

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

    /**
     * Adds findings of one kind about keys. Of many, the first ones are named and the others counted.
     *
     * @param texts one for each key
     */
    void addKeys(Finding.Level level, List<String> texts) {
        texts.stream().sorted().limit(MAX_KEYS).forEach(text -> add(level, text));
        if (texts.size() > MAX_KEYS) {
            add(level, "signing: " + (texts.size() - MAX_KEYS) + " more keys have the same problem");
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
