package org.countersign.milter.session;

import java.util.List;
import org.countersign.smtp.HeaderField;

/**
 * The answer to a message. The edits are made only where the mail server keeps the message.
 *
 * @param removals in any order
 * @param insertions what shall stand on top of the header section, read from top to bottom
 */
public record FilterDecision(FilterVerdict verdict, List<HeaderRemoval> removals, List<HeaderField> insertions) {
    public FilterDecision {
        removals = List.copyOf(removals);
        insertions = List.copyOf(insertions);
    }

    /** A decision that leaves the message as it is. */
    public static FilterDecision of(FilterVerdict verdict) {
        return new FilterDecision(verdict, List.of(), List.of());
    }
}
