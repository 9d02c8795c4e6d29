package org.countersign.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** Collects the problems and warnings of one file, up to a number that a person can still read. */
final class ConfigProblems {
    private static final int MAX_PROBLEMS = 100;

    private final String source;
    private final List<ConfigProblem> found = new ArrayList<>();
    private final List<ConfigProblem> warnings = new ArrayList<>();
    private final Set<Node> refused = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean more;

    ConfigProblems(String source) {
        this.source = source;
    }

    ConfigLocation location(int line, int column, String path) {
        return new ConfigLocation(source, line, column, path);
    }

    /** Where a node of the document begins. */
    ConfigLocation location(Node node, String path) {
        return location(node.getStartMark(), path);
    }

    ConfigLocation location(Optional<Mark> mark, String path) {
        return location(
                mark.map(Mark::getLine).orElse(0) + 1, mark.map(Mark::getColumn).orElse(0) + 1, path);
    }

    /** Marks a node about which a problem was reported, so that its value is not reported too. */
    void refuse(Node node) {
        refused.add(node);
    }

    boolean isRefused(Node node) {
        return refused.contains(node);
    }

    /** Adds a problem, unless another reader has added it already. */
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

    /** Adds a warning about something that is allowed but probably not intended. */
    void warn(ConfigProblem warning) {
        if (warnings.size() < MAX_PROBLEMS) {
            warnings.add(warning);
        }
    }

    /** The warnings, in the order of the file. */
    List<ConfigProblem> warnings() {
        return sorted(warnings);
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /** The problems, in the order of the file. */
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
