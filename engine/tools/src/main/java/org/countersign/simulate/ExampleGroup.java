package org.countersign.simulate;

import java.util.ArrayList;
import java.util.List;

/** Messages that have a decision in common: their number, the rules, and the first few of them. */
public final class ExampleGroup {
    private static final int MAX_EXAMPLES = 3;
    private static final int MAX_RULES = 20;

    private final List<Example> examples = new ArrayList<>(MAX_EXAMPLES);
    private final BoundedCounts rules = new BoundedCounts(MAX_RULES);
    private long messages;
    private long wanted;

    void add(Example example) {
        messages++;
        wanted += example.wanted() ? 1 : 0;
        rules.add(example.explanation());
        if (examples.size() < MAX_EXAMPLES) {
            examples.add(example);
        }
    }

    /** The number of messages. */
    public long messages() {
        return messages;
    }

    /** How many of them are probably wanted. */
    public long wanted() {
        return wanted;
    }

    /** The rules that decided. */
    public BoundedCounts rules() {
        return rules;
    }

    /** The first messages. */
    public List<Example> examples() {
        return List.copyOf(examples);
    }
}
