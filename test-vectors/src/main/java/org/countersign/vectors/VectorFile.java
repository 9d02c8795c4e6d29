package org.countersign.vectors;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lists of cases for one mechanism. A YAML file is a list of mappings, each with {@code id}, {@code rfc} and {@code
 * why}. The other keys depend on the mechanism, and the caller reads them.
 */
public final class VectorFile {
    private VectorFile() {}

    /**
     * The cases of every {@code .yaml} file in a folder.
     *
     * @param folder such as {@code spf}
     * @param floor the minimum number of cases, so that none is lost
     * @param reader converts a mapping to a case; keys that it does not read are errors
     * @throws MalformedVectorException if a file does not follow the format, two cases have one id, or there are
     *     fewer than {@code floor}
     */
    public static <T> List<T> loadFolder(String folder, int floor, Function<CaseNode, T> reader) {
        Set<String> ids = new HashSet<>();
        List<T> cases = new ArrayList<>();
        for (String name : VectorResources.below(folder + "/")) {
            if (name.endsWith(".yaml")) {
                cases.addAll(read(name, VectorResources.yaml(name), ids, reader));
            }
        }
        return counted(folder, floor, cases);
    }

    /** The cases of one file, such as {@code spf/mechanisms.yaml}; otherwise as {@link #loadFolder}. */
    public static <T> List<T> load(String name, int floor, Function<CaseNode, T> reader) {
        return counted(name, floor, read(name, VectorResources.yaml(name), new HashSet<>(), reader));
    }

    static <T> List<T> read(String name, @Nullable Object document, Set<String> ids, Function<CaseNode, T> reader) {
        if (!(document instanceof List<?> list)) {
            throw new MalformedVectorException(name, "", "must be a list of cases");
        }
        List<T> cases = new ArrayList<>();
        for (int index = 0; index < list.size(); index++) {
            CaseNode node = CaseNode.of(name, "[" + index + "]", list.get(index));
            requireHead(node, ids);
            cases.add(reader.apply(node));
            node.refuseUnreadKeys();
        }
        return cases;
    }

    /** The keys of every case: a unique id, the rule it tests and a reason. */
    static void requireHead(CaseNode node, Set<String> ids) {
        String id = node.string("id");
        if (id.isEmpty() || !ids.add(id)) {
            throw node.problem("id", id.isEmpty() ? "is empty" : "'" + id + "' is taken by another case");
        }
        List<String> rfc = node.strings("rfc");
        if (rfc.isEmpty() || !rfc.stream().allMatch(rule -> rule.startsWith("RFC "))) {
            throw node.problem("rfc", "must cite at least one rule, such as 'RFC 7208 §5.2'");
        }
        if (node.string("why").isBlank()) {
            throw node.problem("why", "is empty");
        }
    }

    static <T> List<T> counted(String name, int floor, List<T> cases) {
        if (cases.size() < floor) {
            throw new MalformedVectorException(
                    name, "", "has " + cases.size() + " cases where there must be at least " + floor);
        }
        return List.copyOf(cases);
    }
}
