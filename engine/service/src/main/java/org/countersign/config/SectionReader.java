package org.countersign.config;

import java.util.ArrayList;
import java.util.HashSet;
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
 * Reads the keys of one section of a policy file, by the types that the caller gives. Single settings are declared with
 * {@link SettingReader}, which calls this class; lists of sections, such as rules and keys, use this class directly.
 *
 * <p>Reading a key makes it known, and {@link #reportUnknown} reports the keys that were never read. A value that does
 * not fit is reported and replaced by the default, so that one pass finds all problems. A section that is missing in the
 * file is read as a section without keys.
 */
public final class SectionReader {
    private static final int MAX_SHOWN = 80;

    private final ConfigProblems problems;
    private final NodeReader nodes;
    private final List<Setting> settings;
    private final Set<String> presenceQueried;
    private final ConfigLocation location;
    private final boolean readable;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();
    private final Map<String, SectionReader> sections = new LinkedHashMap<>();
    private final Map<String, List<SectionReader>> sectionLists = new LinkedHashMap<>();

    private SectionReader(
            ConfigProblems problems,
            List<Setting> settings,
            Set<String> presenceQueried,
            ConfigLocation location,
            Optional<Node> node) {
        this.problems = problems;
        this.nodes = new NodeReader(problems);
        this.settings = settings;
        this.presenceQueried = presenceQueried;
        this.location = location;
        this.readable = readEntries(node);
    }

    static SectionReader root(Optional<Node> document, ConfigProblems problems) {
        return new SectionReader(problems, new ArrayList<>(), new HashSet<>(), problems.location(1, 1, ""), document);
    }

    /**
     * Reads the keys.
     *
     * @return false if the value is not a section; that is reported, and then no key is reported as missing
     */
    private boolean readEntries(Optional<Node> node) {
        // A section without a value is one whose keys are all comments.
        if (node.isEmpty() || NodeReader.isAbsent(node.get())) {
            return true;
        }
        if (problems.isRefused(node.get())) {
            return false;
        }
        if (!(node.get() instanceof MappingNode mapping)) {
            String problem = "expected keys with values, found " + NodeReader.kind(node.get());
            problems.add(
                    node.get() instanceof ScalarNode scalar && scalar.getValue().indexOf(':') >= 0
                            ? location.problem(problem, "write key: value, with a space after the colon")
                            : location.problem(problem));
            return false;
        }
        for (NodeTuple entry : mapping.getValue()) {
            if (entry.getKeyNode() instanceof ScalarNode key) {
                entries.putIfAbsent(key.getValue(), entry);
            }
        }
        return true;
    }

    /** The value of a key; empty where the key is missing, and where the value does not fit, which is reported. */
    public <T> Optional<T> optional(String key, ValueType<T> type) {
        known.add(key);
        return node(key).flatMap(node -> nodes.value(node, path(key), type));
    }

    /** The value of a key, or the default. */
    public <T> T value(String key, ValueType<T> type, T byDefault) {
        return optional(key, type).orElse(byDefault);
    }

    /** The value of a required key; empty only where a problem was reported. */
    <T> Optional<T> required(String key, ValueType<T> type) {
        if (!entries.containsKey(key)) {
            known.add(key);
            if (readable) {
                report("lacks the key " + key, "add " + key + ", " + type.expected());
            }
            return Optional.empty();
        }
        return optional(key, type);
    }

    /** The values of a list, or the default where the key is missing. */
    public <T> List<T> list(String key, ValueType<T> type, List<T> byDefault) {
        known.add(key);
        if (node(key).isEmpty()) {
            return byDefault;
        }
        List<T> values = new ArrayList<>();
        List<Node> items = items(key);
        for (int i = 0; i < items.size(); i++) {
            nodes.value(items.get(i), path(key) + "[" + i + "]", type).ifPresent(values::add);
        }
        return List.copyOf(values);
    }

    /** Like {@link #list}, for a list that must not be empty. */
    <T> List<T> nonEmptyList(String key, ValueType<T> type, List<T> byDefault) {
        if (node(key).orElse(null) instanceof SequenceNode written
                && written.getValue().isEmpty()) {
            report(key, "is empty", "write " + type.expected() + ", or remove it for the default");
        }
        return list(key, type, byDefault);
    }

    /** The values of a key that may be written as one value or as a list, which must not be empty; none without it. */
    <T> List<T> oneOrMore(String key, ValueType<T> type) {
        return node(key).orElse(null) instanceof ScalarNode scalar && !NodeReader.isAbsent(scalar)
                ? optional(key, type).stream().toList()
                : nonEmptyList(key, type, List.of());
    }

    /** The section of a key, the same one for every caller. */
    public SectionReader section(String key) {
        known.add(key);
        SectionReader earlier = sections.get(key);
        if (earlier != null) {
            return earlier;
        }
        SectionReader section = new SectionReader(problems, settings, presenceQueried, location(key), node(key));
        sections.put(key, section);
        return section;
    }

    /** The section of a key; empty where the key is missing. */
    Optional<SectionReader> optionalSection(String key) {
        known.add(key);
        return entries.containsKey(key) ? Optional.of(section(key)) : Optional.empty();
    }

    /** The sections that are the items of a list; none where the key is missing. */
    List<SectionReader> sections(String key) {
        known.add(key);
        if (node(key).isEmpty()) {
            return List.of();
        }
        List<SectionReader> earlier = sectionLists.get(key);
        if (earlier != null) {
            return earlier;
        }
        List<SectionReader> found = new ArrayList<>();
        List<Node> items = items(key);
        for (int i = 0; i < items.size(); i++) {
            ConfigLocation itemLocation = problems.location(items.get(i), path(key) + "[" + i + "]");
            found.add(new SectionReader(problems, settings, presenceQueried, itemLocation, Optional.of(items.get(i))));
        }
        List<SectionReader> all = List.copyOf(found);
        sectionLists.put(key, all);
        return all;
    }

    /** Whether the section has a key, with any value; true for each key of a section that was reported as a whole. */
    public boolean has(String key) {
        presenceQueried.add(path(key));
        return !readable || entries.containsKey(key);
    }

    /** Whether the value of a key is a list of only this text. */
    boolean isOnly(String key, String text) {
        return node(key).orElse(null) instanceof SequenceNode list
                && list.getValue().size() == 1
                && list.getValue().getFirst() instanceof ScalarNode scalar
                && scalar.getValue().equals(text);
    }

    /** The keys of the section in the file. */
    Set<String> keys() {
        return Set.copyOf(entries.keySet());
    }

    /** Where the section begins. */
    ConfigLocation location() {
        return location;
    }

    /** Where a key is, or where the section begins if the key is missing. */
    ConfigLocation location(String key) {
        NodeTuple entry = entries.get(key);
        return entry == null
                ? problems.location(location.line(), location.column(), path(key))
                : problems.location(entry.getKeyNode(), path(key));
    }

    /** Where a node of this section is. */
    ConfigLocation location(Node node) {
        return problems.location(node, location.path());
    }

    /** Reports a problem that no single value shows. */
    void report(ConfigProblem problem) {
        problems.add(problem);
    }

    /**
     * Reports a problem with a key.
     *
     * @param suggestion how to correct it, as a clause
     */
    void report(String key, String message, String suggestion) {
        problems.add(location(key).problem(message, suggestion));
    }

    /** Reports a problem with the section as a whole. */
    void report(String message, String suggestion) {
        problems.add(location.problem(message, suggestion));
    }

    /** Notes that the value of a key is allowed but probably not intended. */
    public void warn(String key, String message, String suggestion) {
        problems.warn(location(key).problem(message, suggestion));
    }

    /** Notes that the section is allowed but probably not intended. */
    void warn(String message, String suggestion) {
        problems.warn(location.problem(message, suggestion));
    }

    /** Makes all keys known, after the section was reported as a whole. */
    void skip() {
        known.addAll(entries.keySet());
    }

    /** Records a setting for the documentation. */
    void declare(String key, String values, String byDefault, String value, String meaning, Optional<String> written) {
        Optional<ConfigLocation> origin = entries.containsKey(key) ? Optional.of(location(key)) : Optional.empty();
        settings.add(new Setting(path(key), values, byDefault, value, meaning, written, origin));
    }

    /** The settings that were read so far, in this section and all others of the file. */
    List<Setting> settings() {
        return List.copyOf(settings);
    }

    /** Whether anything depends on the presence of a key, so that writing its default is not the same as leaving it out. */
    boolean isPresenceQueried(String path) {
        return presenceQueried.contains(path);
    }

    /** The entries that are neither settings nor sections, such as lists of rules, in the order of the file. */
    List<NodeTuple> otherEntries() {
        return entries.entrySet().stream()
                .filter(entry -> !sections.containsKey(entry.getKey()))
                .filter(entry ->
                        settings.stream().noneMatch(setting -> setting.path().equals(path(entry.getKey()))))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** The sections inside this one, by their keys, whether the file has them or not. */
    Map<String, SectionReader> innerSections() {
        return new LinkedHashMap<>(sections);
    }

    private Optional<Node> node(String key) {
        return Optional.ofNullable(entries.get(key)).map(NodeTuple::getValueNode);
    }

    private List<Node> items(String key) {
        return nodes.items(node(key).orElseThrow(), location(key));
    }

    /** Reports every key that was never read, here and below. */
    void reportUnknown(SectionReader root) {
        for (String key : entries.keySet()) {
            if (!known.contains(key)) {
                problems.add(new ConfigProblem(location(key), "unknown key", suggestionFor(key, root)));
            }
        }
        for (SectionReader section : sections.values()) {
            section.reportUnknown(root);
        }
        for (List<SectionReader> list : sectionLists.values()) {
            list.forEach(section -> section.reportUnknown(root));
        }
    }

    private Optional<String> suggestionFor(String key, SectionReader root) {
        Optional<String> meant = Suggestions.nearest(key, known);
        if (meant.isEmpty()) {
            // The right key in the wrong section, most often because of wrong indentation.
            List<String> sameKey = new ArrayList<>();
            root.eachKnownPath(path -> {
                if (path.endsWith("." + key) || path.equals(key)) {
                    sameKey.add(path);
                }
            });
            meant = sameKey.stream().findFirst();
        }
        return meant.map(word -> "did you mean " + word + "?").or(this::keysHere);
    }

    /** The keys of a section that has few. Those of the whole file are too many for a message. */
    private Optional<String> keysHere() {
        return location.path().isEmpty() || known.isEmpty()
                ? Optional.empty()
                : Optional.of("the keys here are " + String.join(", ", known));
    }

    private void eachKnownPath(Consumer<String> reader) {
        for (String key : known) {
            reader.accept(path(key));
        }
        for (SectionReader section : sections.values()) {
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
