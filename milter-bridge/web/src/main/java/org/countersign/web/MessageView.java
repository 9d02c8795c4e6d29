package org.countersign.web;

import java.util.List;
import java.util.Optional;
import org.countersign.explain.Explanation;
import org.countersign.explain.ExplanationText;
import org.countersign.trace.TraceEntry;

/**
 * The page that explains one message.
 *
 * @param entry the message
 * @param text its explanation, in printing US-ASCII; empty if it was removed
 * @param others further messages with the same id
 */
public record MessageView(TraceEntry entry, Optional<String> text, List<TraceEntry> others) {
    public MessageView {
        others = List.copyOf(others);
    }

    static MessageView of(TraceEntry entry, Optional<Explanation.Group> explanation, List<TraceEntry> others) {
        return new MessageView(entry, explanation.map(ExplanationText::render), others);
    }
}
