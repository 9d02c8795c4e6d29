package org.countersign.message;

import java.util.ArrayList;
import java.util.List;
import org.countersign.smtp.HeaderField;

/**
 * The header fields of a message in the order received, from the top.
 *
 * @param fields immutable
 */
public record HeaderSection(List<HeaderField> fields) {
    public HeaderSection {
        fields = List.copyOf(fields);
    }

    /** All fields of this name in any case, from the top. */
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
