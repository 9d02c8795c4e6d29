package org.countersign.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with one source, up to a number that somebody might still read. */
final class ConfigProblems {
    private static final int MOST = 100;

    private final String source;
    private final List<ConfigProblem> found = new ArrayList<>();
    private boolean more;

    ConfigProblems(String source) {
        this.source = source;
    }

    ConfigLocation location(int line, int column, String path) {
        return new ConfigLocation(source, line, column, path);
    }

    void add(ConfigProblem problem) {
        if (found.size() < MOST) {
            found.add(problem);
        } else {
            more = true;
        }
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /** In the order of the file. */
    List<ConfigProblem> inOrder() {
        List<ConfigProblem> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparingInt(
                        (ConfigProblem problem) -> problem.location().line())
                .thenComparingInt(problem -> problem.location().column()));
        if (more) {
            ConfigLocation last = sorted.get(sorted.size() - 1).location();
            sorted.add(location(last.line(), last.column(), "").problem("and further problems, not shown"));
        }
        return sorted;
    }
}
