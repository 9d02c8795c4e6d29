package org.countersign.policy;

import java.util.List;
import org.countersign.smtp.HeaderField;

/**
 * What a rule wants changed in the header section of a message that is delivered.
 *
 * @param added to stand above the others, the first topmost
 * @param removed names of fields, all of which go
 */
public record HeaderChanges(List<HeaderField> added, List<String> removed) {
    public static final HeaderChanges NONE = new HeaderChanges(List.of(), List.of());

    public HeaderChanges {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
    }
}
