package org.countersign.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.countersign.syntax.Escapes;

/** A tree for people: a line for each part, further in for what belongs to it. */
final class EvidenceText {
    private static final String STEP = "  ";

    private final PrintStream out;

    EvidenceText(PrintStream out) {
        this.out = out;
    }

    /** The parts of a group, those that are empty left out. */
    void write(Evidence.Group group, String indent) {
        group.members().forEach((key, value) -> member(key, value, indent, indent));
    }

    /** @param lead what stands before the key, in the width of the indent */
    private void member(String key, Evidence value, String lead, String indent) {
        switch (value) {
            case Evidence.Group group -> {
                out.println(lead + key + ":");
                write(group, indent + STEP);
            }
            case Evidence.Items list -> {
                if (list.items().stream().allMatch(EvidenceText::isPlain)) {
                    if (!list.items().isEmpty()) {
                        out.println(lead + key + ": " + joined(list.items()));
                    }
                } else {
                    out.println(lead + key + ":");
                    list.items().forEach(item -> item(item, indent + STEP));
                }
            }
            case Evidence plain -> out.println(lead + key + ": " + plain(plain));
        }
    }

    private void item(Evidence item, String indent) {
        if (!(item instanceof Evidence.Group group)) {
            out.println(indent + "- " + plain(item));
            return;
        }
        String lead = indent + "- ";
        for (var member : group.members().entrySet()) {
            member(member.getKey(), member.getValue(), lead, indent + STEP);
            lead = indent + STEP;
        }
    }

    /** A part of a group, which must be there and be neither a group nor a list. */
    static String plain(Evidence.Group group, String key) {
        return plain(Objects.requireNonNull(group.members().get(key), key));
    }

    private static boolean isPlain(Evidence item) {
        return !(item instanceof Evidence.Group || item instanceof Evidence.Items);
    }

    private static String joined(List<Evidence> items) {
        return items.stream().map(EvidenceText::plain).collect(Collectors.joining(", "));
    }

    private static String plain(Evidence plain) {
        return switch (plain) {
            case Evidence.Text text -> Escapes.printable(text.text());
            case Evidence.Count count -> Long.toString(count.number());
            case Evidence.Flag flag -> flag.value() ? "yes" : "no";
            case Evidence.Items list -> joined(list.items());
            case Evidence.Group group -> "";
        };
    }
}
