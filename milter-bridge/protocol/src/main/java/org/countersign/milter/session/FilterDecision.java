package org.countersign.milter.session;

import java.util.List;
import org.countersign.smtp.HeaderEdit;

/**
 * A filter's decision about one message.
 *
 * @param edits of the header section, made only if the mail server keeps the message
 */
public record FilterDecision(FilterVerdict verdict, List<HeaderEdit> edits) {
    /**
     * @throws IllegalArgumentException for the removal of a field whose name no packet can carry: an empty one, or one
     *     with NUL
     */
    public FilterDecision {
        edits = List.copyOf(edits);
        for (HeaderEdit edit : edits) {
            if (edit instanceof HeaderEdit.Remove removal
                    && (removal.name().isEmpty() || removal.name().indexOf('\0') >= 0)) {
                throw new IllegalArgumentException("no packet can carry this name of a header field");
            }
        }
    }

    /** A decision that leaves the message unchanged. */
    public static FilterDecision of(FilterVerdict verdict) {
        return new FilterDecision(verdict, List.of());
    }
}
