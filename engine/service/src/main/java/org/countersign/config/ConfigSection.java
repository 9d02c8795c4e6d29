package org.countersign.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.countersign.syntax.Escapes;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The keys of one section of a policy file. Whoever asks for a key makes it known; a value that does not fit
 * is reported and the default stands in for it, so that one pass finds everything that is wrong. A section
 * that is not there is one without keys.
 */
public final class ConfigSection {
    private static final int MAX_SHOWN = 80;

    private final ConfigProblems problems;
    private final ConfigLocation location;
    private final boolean readable;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();
    private final Map<String, ConfigSection> sections = new LinkedHashMap<>();
    private final Map<String, List<ConfigSection>> sectionLists = new LinkedHashMap<>();

    private ConfigSection(ConfigProblems problems, ConfigLocation location, Optional<Node> node) {
        this.problems = problems;
        this.location = location;
        this.readable = readEntries(node);
    }

    static ConfigSection root(Optional<Node> document, ConfigProblems problems) {
        return new ConfigSection(problems, problems.location(1, 1, ""), document);
    }

    /** Whether a section stands here; if not, that is reported and nothing is missing in it. */
    private boolean readEntries(Optional<Node> node) {
        // A section without a value is one whose keys are all comments.
        if (node.isEmpty() || isAbsent(node.get())) {
            return true;
        }
        if (problems.isRefused(node.get())) {
            return false;
        }
        if (!(node.get() instanceof MappingNode mapping)) {
            problems.add(location.problem("expected keys with values, found " + kind(node.get())));
            return false;
        }
        for (NodeTuple entry : mapping.getValue()) {
            if (entry.getKeyNode() instanceof ScalarNode key) {
                entries.putIfAbsent(key.getValue(), entry);
            }
        }
        return true;
    }

    private static boolean isAbsent(Node node) {
        return node instanceof ScalarNode scalar
                && scalar.isPlain()
                && (scalar.getValue().isEmpty()
                        || scalar.getValue().equals("~")
                        || scalar.getValue().equals("null"));
    }

    private static String kind(Node node) {
        return switch (node) {
            case SequenceNode list -> "a list";
            case MappingNode mapping -> "keys";
            default -> "a single value";
        };
    }

    /** The value of a key; empty where it is not there, and where it is reported as not fitting. */
    public <T> Optional<T> optional(String key, ValueType<T> type) {
        known.add(key);
        return node(key).flatMap(node -> read(node, path(key), type));
    }

    /** The value of a key, or the default where it is not there. */
    public <T> T value(String key, ValueType<T> type, T byDefault) {
        return optional(key, type).orElse(byDefault);
    }

    /** The value of a key that must be there; empty only after a problem was reported. */
    public <T> Optional<T> required(String key, ValueType<T> type) {
        if (!entries.containsKey(key)) {
            known.add(key);
            if (readable) {
                problems.add(location.problem("lacks the key " + key, "add " + key + ", " + type.expected()));
            }
            return Optional.empty();
        }
        return optional(key, type);
    }

    /** The values of a list, or the default where the key is not there. */
    public <T> List<T> list(String key, ValueType<T> type, List<T> byDefault) {
        known.add(key);
        if (node(key).isEmpty()) {
            return byDefault;
        }
        List<T> values = new ArrayList<>();
        List<Node> items = items(key);
        for (int i = 0; i < items.size(); i++) {
            read(items.get(i), path(key) + "[" + i + "]", type).ifPresent(values::add);
        }
        return List.copyOf(values);
    }

    /** Like {@link #list}, for a list that must not be empty. */
    public <T> List<T> nonEmptyList(String key, ValueType<T> type, List<T> byDefault) {
        if (node(key).orElse(null) instanceof SequenceNode written
                && written.getValue().isEmpty()) {
            problems.add(
                    location(key).problem("is empty", "write " + type.expected() + ", or remove it for the default"));
        }
        return list(key, type, byDefault);
    }

    /** The values of a key that may be written as one value or as a list, which must not be empty; none without it. */
    public <T> List<T> oneOrMore(String key, ValueType<T> type) {
        return node(key).orElse(null) instanceof ScalarNode scalar && !isAbsent(scalar)
                ? optional(key, type).stream().toList()
                : nonEmptyList(key, type, List.of());
    }

    /** The section of a key, the same one for everybody who asks. */
    public ConfigSection section(String key) {
        known.add(key);
        ConfigSection earlier = sections.get(key);
        if (earlier != null) {
            return earlier;
        }
        ConfigSection section = new ConfigSection(problems, location(key), node(key));
        sections.put(key, section);
        return section;
    }

    /** The section of a key, where the key is there. */
    public Optional<ConfigSection> optionalSection(String key) {
        known.add(key);
        return entries.containsKey(key) ? Optional.of(section(key)) : Optional.empty();
    }

    /** The sections that are the items of a list; none where the key is not there. */
    public List<ConfigSection> sections(String key) {
        known.add(key);
        if (node(key).isEmpty()) {
            return List.of();
        }
        List<ConfigSection> earlier = sectionLists.get(key);
        if (earlier != null) {
            return earlier;
        }
        List<ConfigSection> found = new ArrayList<>();
        List<Node> items = items(key);
        for (int i = 0; i < items.size(); i++) {
            ConfigLocation itemLocation = problems.location(items.get(i), path(key) + "[" + i + "]");
            found.add(new ConfigSection(problems, itemLocation, Optional.of(items.get(i))));
        }
        List<ConfigSection> all = List.copyOf(found);
        sectionLists.put(key, all);
        return all;
    }

    /** Whether a key is there, with whatever value; in a section that was reported as a whole, none is missing. */
    public boolean has(String key) {
        return !readable || entries.containsKey(key);
    }

    /** The keys that are there. */
    Set<String> keys() {
        return Set.copyOf(entries.keySet());
    }

    /** Where the section stands. */
    public ConfigLocation location() {
        return location;
    }

    /** Where a key stands, or the section where the key is not there. */
    public ConfigLocation location(String key) {
        NodeTuple entry = entries.get(key);
        return entry == null
                ? problems.location(location.line(), location.column(), path(key))
                : problems.location(entry.getKeyNode(), path(key));
    }

    /** Reports something that reading the value alone does not show, found by whoever asked for it. */
    public void report(ConfigProblem problem) {
        problems.add(problem);
    }

    /** Lets everything in this section pass, after it was reported as a whole. */
    void skip() {
        known.addAll(entries.keySet());
    }

    /** Notes something that is allowed but probably not meant. */
    public void warn(ConfigProblem warning) {
        problems.warn(warning);
    }

    private Optional<Node> node(String key) {
        return Optional.ofNullable(entries.get(key)).map(NodeTuple::getValueNode);
    }

    private <T> Optional<T> read(Node node, String path, ValueType<T> type) {
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
                    "expected " + type.expected() + ", found " + quoted(scalar.getValue()),
                    type.suggestion(scalar.getValue())));
        }
        return value;
    }

    private List<Node> items(String key) {
        Node node = node(key).orElseThrow();
        if (node instanceof SequenceNode list) {
            return problems.isRefused(node) ? List.of() : list.getValue();
        }
        if (!problems.isRefused(node)) {
            if (isAbsent(node)) {
                report(location(key).problem("has no value", "write [] for none, or remove it for the default"));
            } else if (node instanceof ScalarNode scalar) {
                report(location(key).problem("expected a list", "write [" + quoted(scalar.getValue()) + "]"));
            } else {
                report(location(key).problem("expected a list, found keys", "begin each item with a hyphen"));
            }
        }
        return List.of();
    }

    /** Reports every key that nobody asked for, here and below. */
    void reportUnknown(ConfigSection root) {
        for (String key : entries.keySet()) {
            if (!known.contains(key)) {
                problems.add(new ConfigProblem(location(key), "unknown key", meantBy(key, root)));
            }
        }
        for (ConfigSection section : sections.values()) {
            section.reportUnknown(root);
        }
        for (List<ConfigSection> list : sectionLists.values()) {
            list.forEach(section -> section.reportUnknown(root));
        }
    }

    private Optional<String> meantBy(String key, ConfigSection root) {
        Optional<String> meant = Spelling.nearest(key, known);
        if (meant.isEmpty()) {
            // The right key in the wrong section, most often for want of two spaces.
            List<String> elsewhere = new ArrayList<>();
            root.eachKnownPath(path -> {
                if (path.endsWith("." + key) || path.equals(key)) {
                    elsewhere.add(path);
                }
            });
            meant = elsewhere.stream().findFirst();
        }
        return meant.map(word -> "did you mean " + word + "?");
    }

    private void eachKnownPath(Consumer<String> reader) {
        for (String key : known) {
            reader.accept(path(key));
        }
        for (ConfigSection section : sections.values()) {
            section.eachKnownPath(reader);
        }
    }

    private String path(String key) {
        return join(location.path(), key);
    }

    static String join(String path, String key) {
        String shown = Escapes.printable(key, MAX_SHOWN);
        return path.isEmpty() ? shown : path + "." + shown;
    }

    static String quoted(String text) {
        return '"' + Escapes.printable(text, MAX_SHOWN) + '"';
    }
}
