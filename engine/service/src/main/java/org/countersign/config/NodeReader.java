package org.countersign.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads the values of a policy file by their types, and reports those that do not fit. */
final class NodeReader {
    private final ConfigProblems problems;

    NodeReader(ConfigProblems problems) {
        this.problems = problems;
    }

    /** Whether a value is missing, as it is behind a key whose value is a comment. */
    static boolean isAbsent(Node node) {
        return node instanceof ScalarNode scalar
                && scalar.isPlain()
                && (scalar.getValue().isEmpty()
                        || scalar.getValue().equals("~")
                        || scalar.getValue().equals("null"));
    }

    /** What a value is, for a message. */
    static String kind(Node node) {
        return switch (node) {
            case SequenceNode list -> "a list";
            case MappingNode mapping -> "keys";
            default -> "a single value";
        };
    }

    /**
     * The value of a node.
     *
     * @param path of the key, for messages
     * @return empty where the value does not fit, which is reported
     */
    <T> Optional<T> value(Node node, String path, ValueType<T> type) {
        if (problems.isRefused(node)) {
            return Optional.empty();
        }
        ConfigLocation at = problems.location(node, path);
        if (isAbsent(node)) {
            problems.add(at.problem("has no value", "write " + type.expected() + ", or remove it for the default"));
            return Optional.empty();
        }
        if (!(node instanceof ScalarNode scalar)) {
            problems.add(at.problem("expected " + type.expected() + ", found " + kind(node)));
            return Optional.empty();
        }
        Optional<T> value = type.parse(scalar.getValue());
        if (value.isEmpty()) {
            problems.add(new ConfigProblem(
                    at,
                    "expected " + type.expected() + ", found " + SectionReader.quoted(scalar.getValue()),
                    type.suggestion(scalar.getValue())));
        }
        return value;
    }

    /**
     * The items of a list.
     *
     * @param at where its key is
     * @return none where the value is no list, which is reported
     */
    List<Node> items(Node node, ConfigLocation at) {
        if (node instanceof SequenceNode list) {
            return problems.isRefused(node) ? List.of() : list.getValue();
        }
        if (!problems.isRefused(node)) {
            if (isAbsent(node)) {
                problems.add(at.problem("has no value", "write [] for none, or remove it for the default"));
            } else if (node instanceof ScalarNode scalar) {
                problems.add(at.problem(
                        "expected a list",
                        "write "
                                + Arrays.stream(scalar.getValue().split(",", -1))
                                        .map(item -> SectionReader.quoted(item.strip()))
                                        .toList()));
            } else {
                problems.add(at.problem("expected a list, found keys", "begin each item with a hyphen"));
            }
        }
        return List.of();
    }
}
