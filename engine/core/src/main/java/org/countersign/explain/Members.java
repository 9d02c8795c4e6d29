package org.countersign.explain;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.countersign.syntax.Escapes;

/**
 * The members of a group, read for display. All text is escaped for a terminal. A member that an older version did not
 * write is absent.
 */
record Members(Explanation.Group group) {
    // Longer than the records and fields that explain a decision.
    private static final int MAX_SHOWN = 4 * 1024;

    private static final Members NONE = new Members(new Explanation.Group());

    boolean has(String key) {
        return group.members().containsKey(key);
    }

    /** All texts and numbers. */
    SequencedMap<String, String> plain() {
        SequencedMap<String, String> texts = new LinkedHashMap<>();
        group.members().forEach((key, member) -> plain(member).ifPresent(text -> texts.put(key, text)));
        return texts;
    }

    /** A text or number. */
    Optional<String> text(String key) {
        Explanation member = group.members().get(key);
        return member == null ? Optional.empty() : plain(member);
    }

    /** A text or number; the empty text if it is absent. */
    String textOrEmpty(String key) {
        return text(key).orElse("");
    }

    /** The lines of a text that is folded like a header field. */
    List<String> lines(String key) {
        return group.members().get(key) instanceof Explanation.Text text
                ? Arrays.stream(text.text().split("\r\n", -1))
                        .map(line -> Escapes.printable(line, MAX_SHOWN))
                        .toList()
                : List.of();
    }

    boolean flag(String key) {
        return group.members().get(key) instanceof Explanation.Flag flag && flag.value();
    }

    /** The members of a member; none if it is absent. */
    Members members(String key) {
        return group.members().get(key) instanceof Explanation.Group inner ? new Members(inner) : NONE;
    }

    /** The groups in a list. */
    List<Members> list(String key) {
        return items(key).stream()
                .filter(Explanation.Group.class::isInstance)
                .map(item -> new Members((Explanation.Group) item))
                .toList();
    }

    /** The texts in a list. */
    List<String> texts(String key) {
        return items(key).stream().flatMap(item -> plain(item).stream()).toList();
    }

    private List<Explanation> items(String key) {
        return group.members().get(key) instanceof Explanation.Items list ? list.items() : List.of();
    }

    private static Optional<String> plain(Explanation member) {
        return switch (member) {
            case Explanation.Text text -> Optional.of(Escapes.printable(text.text(), MAX_SHOWN));
            case Explanation.Count count -> Optional.of(Long.toString(count.number()));
            case Explanation.Flag flag -> Optional.of(flag.value() ? "yes" : "no");
            case Explanation.Items items -> Optional.empty();
            case Explanation.Group inner -> Optional.empty();
        };
    }
}
