package org.countersign.message;

import java.util.ArrayList;
import java.util.List;
import org.countersign.smtp.HeaderField;

/**
 * The header fields of a message in the order received, top first.
 *
 * @param fields immutable
 */
public record HeaderSection(List<HeaderField> fields) {
    public HeaderSection {
        fields = List.copyOf(fields);
    }

    /** All fields of this name, the case of letters aside, top first. */
    public List<HeaderField> all(String name) {
        List<HeaderField> found = new ArrayList<>(2);
        for (HeaderField field : fields) {
            if (field.is(name)) {
                found.add(field);
            }
        }
        return found;
    }
}
