package org.countersign.explain;

import java.io.PrintStream;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.countersign.syntax.Escapes;

/** Writes a tree as indented text: one line for each member, deeper members further in. */
final class TreeText {
    private static final String STEP = "  ";

    private final PrintStream out;

    TreeText(PrintStream out) {
        this.out = out;
    }

    /** Writes the members of a group. Lists without items are omitted. */
    void write(Explanation.Group group, String indent) {
        group.members().forEach((key, value) -> member(key, value, indent, indent));
    }

    /** @param linePrefix written before the key, as wide as the indent */
    private void member(String key, Explanation value, String linePrefix, String indent) {
        switch (value) {
            case Explanation.Group group -> {
                out.println(linePrefix + key + ":");
                write(group, indent + STEP);
            }
            case Explanation.Items list -> {
                if (list.items().stream().allMatch(TreeText::isPlain)) {
                    if (!list.items().isEmpty()) {
                        out.println(linePrefix + key + ": " + joined(list.items()));
                    }
                } else {
                    out.println(linePrefix + key + ":");
                    list.items().forEach(item -> item(item, indent + STEP));
                }
            }
            case Explanation plain -> out.println(linePrefix + key + ": " + plain(plain));
        }
    }

    private void item(Explanation item, String indent) {
        if (!(item instanceof Explanation.Group group)) {
            out.println(indent + "- " + plain(item));
            return;
        }
        String linePrefix = indent + "- ";
        for (var member : group.members().entrySet()) {
            member(member.getKey(), member.getValue(), linePrefix, indent + STEP);
            linePrefix = indent + STEP;
        }
    }

    /** A member that must be present and be no group, escaped for a terminal. */
    static String plain(Explanation.Group group, String key) {
        return plain(Objects.requireNonNull(group.members().get(key), key));
    }

    private static boolean isPlain(Explanation item) {
        return !(item instanceof Explanation.Group || item instanceof Explanation.Items);
    }

    private static String joined(List<Explanation> items) {
        return items.stream().map(TreeText::plain).collect(Collectors.joining(", "));
    }

    private static String plain(Explanation plain) {
        return switch (plain) {
            case Explanation.Text text -> Escapes.printable(text.text());
            case Explanation.Count count -> Long.toString(count.number());
            case Explanation.Flag flag -> flag.value() ? "yes" : "no";
            case Explanation.Items list -> joined(list.items());
            case Explanation.Group group -> "";
        };
    }
}
