package org.countersign.milter.session;

import java.util.List;
import org.countersign.smtp.HeaderEdit;

/**
 * A filter's decision about one message.
 *
 * @param edits of the header section, made only if the mail server keeps the message
 */
public record FilterDecision(FilterVerdict verdict, List<HeaderEdit> edits) {
    public FilterDecision {
        edits = List.copyOf(edits);
    }

    /** A decision that leaves the message unchanged. */
    public static FilterDecision of(FilterVerdict verdict) {
        return new FilterDecision(verdict, List.of());
    }
}
