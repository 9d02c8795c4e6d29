package org.countersign.vectors;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A mapping in a vector file, read key by key. Every scalar is text, as in the failsafe schema of YAML. A key that is
 * missing or has the wrong form throws {@link MalformedVectorException}, and so does {@link #refuseUnreadKeys()} for a
 * key that was not read. Not thread-safe.
 */
public final class CaseNode {
    private final String file;
    private final String path;
    private final Map<String, Object> values;
    private final Set<String> read = new HashSet<>();
    private final List<CaseNode> sections = new ArrayList<>();

    private CaseNode(String file, String path, Map<String, Object> values) {
        this.file = file;
        this.path = path;
        this.values = values;
    }

    static CaseNode of(String file, String path, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> mapping)) {
            throw new MalformedVectorException(file, path, "must be a mapping of keys");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        mapping.forEach((key, content) -> {
            if (!(key instanceof String name)) {
                throw new MalformedVectorException(file, path, "keys must be plain text");
            }
            values.put(name, content);
        });
        return new CaseNode(file, path, values);
    }

    /** The keys present, in the order of the file, for mappings whose keys are data (names of a zone). */
    public List<String> keys() {
        return List.copyOf(values.keySet());
    }

    public boolean has(String key) {
        return values.containsKey(key);
    }

    /** Whether the value of this key is written as a list. */
    public boolean isList(String key) {
        return values.get(key) instanceof List<?>;
    }

    /** The text of a required key; may be empty. */
    public String string(String key) {
        return text(key, value(key).orElseThrow(() -> problem(key, "is missing")));
    }

    public Optional<String> optionalString(String key) {
        return value(key).map(value -> text(key, value));
    }

    /** The text of a required key, which must be one of these words. */
    public String oneOf(String key, Collection<String> words) {
        return amongst(key, string(key), words);
    }

    public Optional<String> optionalOneOf(String key, Collection<String> words) {
        return optionalString(key).map(word -> amongst(key, word, words));
    }

    /** The texts of a key that holds one text or a list of them; empty where the key is absent. */
    public List<String> strings(String key) {
        return elements(key).stream().map(value -> text(key, value)).toList();
    }

    /** The numbers of a key that holds one number or a list of them; empty where the key is absent. */
    public List<Integer> integers(String key) {
        return strings(key).stream().map(text -> number(key, text)).toList();
    }

    public Optional<Integer> optionalInteger(String key) {
        return optionalString(key).map(text -> number(key, text));
    }

    /** An instant of ISO 8601 in UTC, such as {@code 2026-11-23T12:00:00Z}. */
    public Instant instant(String key) {
        String text = string(key);
        try {
            return Instant.parse(text);
        } catch (DateTimeException unreadable) {
            throw problem(key, "must be an instant such as 2026-11-23T12:00:00Z");
        }
    }

    /** The mapping under a required key. */
    public CaseNode section(String key) {
        return remember(of(file, pathOf(key), value(key).orElseThrow(() -> problem(key, "is missing"))));
    }

    public Optional<CaseNode> optionalSection(String key) {
        return value(key).map(value -> remember(of(file, pathOf(key), value)));
    }

    /** The mappings of a key that holds a list of them; empty where the key is absent. */
    public List<CaseNode> sections(String key) {
        List<Object> elements = elements(key);
        List<CaseNode> nodes = new ArrayList<>();
        for (int index = 0; index < elements.size(); index++) {
            nodes.add(remember(of(file, pathOf(key) + "[" + index + "]", elements.get(index))));
        }
        return List.copyOf(nodes);
    }

    /** The zone under {@code zone}; an empty zone if that key is absent. */
    public VectorZone zone() {
        return optionalSection("zone").map(VectorZone::read).orElse(VectorZone.EMPTY);
    }

    /** Throws if this mapping, or one inside it that was read, has a key that was not read. */
    public void refuseUnreadKeys() {
        for (String key : values.keySet()) {
            if (!read.contains(key)) {
                throw problem(key, "unknown key; known here: " + String.join(", ", new TreeSet<>(read)));
            }
        }
        sections.forEach(CaseNode::refuseUnreadKeys);
    }

    /** The exception for a value that a reader rejects. */
    public MalformedVectorException problem(String key, String problem) {
        return new MalformedVectorException(file, pathOf(key), problem);
    }

    private Optional<Object> value(String key) {
        read.add(key);
        return Optional.ofNullable(values.get(key));
    }

    private List<Object> elements(String key) {
        Object value = value(key).orElse(List.of());
        return value instanceof List<?> list ? List.copyOf(list) : List.of(value);
    }

    private String text(String key, Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw problem(key, "must be text");
    }

    private String amongst(String key, String word, Collection<String> words) {
        if (words.contains(word)) {
            return word;
        }
        throw problem(key, "'" + word + "' is none of " + String.join(", ", words));
    }

    private int number(String key, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException unreadable) {
            throw problem(key, "must be a whole number");
        }
    }

    private CaseNode remember(CaseNode section) {
        sections.add(section);
        return section;
    }

    private String pathOf(String key) {
        return path.isEmpty() || key.isEmpty() ? path + key : path + "." + key;
    }
}
