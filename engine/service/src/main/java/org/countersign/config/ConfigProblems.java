package org.countersign.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with one source, up to a number that somebody might still read. */
final class ConfigProblems {
    private static final int MAX_PROBLEMS = 100;

    private final String source;
    private final List<ConfigProblem> found = new ArrayList<>();
    private final List<ConfigProblem> warnings = new ArrayList<>();
    private boolean more;

    ConfigProblems(String source) {
        this.source = source;
    }

    ConfigLocation location(int line, int column, String path) {
        return new ConfigLocation(source, line, column, path);
    }

    /** Notes a problem; once, also where several readers come upon it. */
    void add(ConfigProblem problem) {
        if (found.contains(problem)) {
            return;
        }
        if (found.size() < MAX_PROBLEMS) {
            found.add(problem);
        } else {
            more = true;
        }
    }

    /** Notes something that is allowed but probably not meant. */
    void warn(ConfigProblem warning) {
        if (warnings.size() < MAX_PROBLEMS) {
            warnings.add(warning);
        }
    }

    /** What was noted, in the order of the file. */
    List<ConfigProblem> warnings() {
        return sorted(warnings);
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /** In the order of the file. */
    List<ConfigProblem> inOrder() {
        List<ConfigProblem> sorted = sorted(found);
        if (more) {
            ConfigLocation last = sorted.get(sorted.size() - 1).location();
            sorted.add(location(last.line(), last.column(), "").problem("and further problems, not shown"));
        }
        return sorted;
    }

    private static List<ConfigProblem> sorted(List<ConfigProblem> problems) {
        List<ConfigProblem> sorted = new ArrayList<>(problems);
        sorted.sort(Comparator.comparingInt(
                        (ConfigProblem problem) -> problem.location().line())
                .thenComparingInt(problem -> problem.location().column()));
        return sorted;
    }
}
