package org.countersign;

import java.util.List;
import java.util.Optional;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;

/**
 * Finds the fields of one message that only this system may write, and results of an unknown version (RFC 8601 §5). Keeps no
 * field. Not thread-safe.
 */
public interface ForgedFields {
    /** Of a message that may contain any field. */
    ForgedFields NONE = new ForgedFields() {
        @Override
        public void add(HeaderField field) {}

        @Override
        public Optional<List<HeaderEdit.Remove>> removals() {
            return Optional.of(List.of());
        }
    };

    /** Adds the next field of the message. */
    void add(HeaderField field);

    /** The forged fields so far; empty if there are too many, or if one cannot be removed. */
    Optional<List<HeaderEdit.Remove>> removals();
}
