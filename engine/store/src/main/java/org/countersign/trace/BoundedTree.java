package org.countersign.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.countersign.explain.Explanation;
import org.countersign.syntax.BoundedText;

/**
 * Copies an explanation within bounds, because senders choose the size of much of its text. Texts are cut at
 * {@value #MAX_TEXT} characters. After {@value #MAX_TOTAL} characters, further texts are cut at {@value #MIN_TEXT}, and
 * lists end. The copy then has the member {@code shortened}.
 */
final class BoundedTree {
    static final int MAX_TEXT = 2048;
    static final int MAX_TOTAL = 128 * 1024;
    static final int MIN_TEXT = 80;

    // A number or a flag, and the punctuation around a member.
    private static final int OVERHEAD = 16;

    private int remaining = MAX_TOTAL;
    private boolean shortened;

    private BoundedTree() {}

    static Explanation.Group of(Explanation.Group tree) {
        BoundedTree bounds = new BoundedTree();
        Explanation.Group copy = bounds.group(tree);
        return bounds.shortened ? copy.put("shortened", new Explanation.Flag(true)) : copy;
    }

    private Explanation.Group group(Explanation.Group tree) {
        Explanation.Group copy = new Explanation.Group();
        for (Map.Entry<String, Explanation> member : tree.members().entrySet()) {
            copy.put(member.getKey(), value(member.getValue()));
        }
        return copy;
    }

    private Explanation value(Explanation value) {
        remaining -= OVERHEAD;
        return switch (value) {
            case Explanation.Text(String text) -> new Explanation.Text(text(text));
            case Explanation.Count count -> count;
            case Explanation.Flag flag -> flag;
            case Explanation.Items(List<Explanation> items) -> items(items);
            case Explanation.Group group -> group(group);
        };
    }

    private String text(String text) {
        int max = Math.min(MAX_TEXT, Math.max(MIN_TEXT, remaining));
        remaining -= Math.min(text.length(), max);
        if (text.length() <= max) {
            return text;
        }
        shortened = true;
        return BoundedText.truncate(text, max);
    }

    private Explanation.Items items(List<Explanation> items) {
        List<Explanation> copies = new ArrayList<>();
        for (Explanation item : items) {
            if (remaining <= 0) {
                shortened = true;
                break;
            }
            copies.add(value(item));
        }
        return new Explanation.Items(copies);
    }
}
