package org.countersign.policy;

import java.util.List;
import org.countersign.smtp.HeaderField;

/**
 * The changes that a rule makes to the header section of a message that is delivered.
 *
 * @param added fields to add at the top, the first one topmost
 * @param removed names of fields to remove; all fields of the name are removed
 */
public record HeaderChanges(List<HeaderField> added, List<String> removed) {
    /** No changes. */
    public static final HeaderChanges NONE = new HeaderChanges(List.of(), List.of());

    public HeaderChanges {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
    }
}
