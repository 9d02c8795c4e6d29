package org.countersign.rotation;

import java.util.List;
import org.countersign.domain.DomainName;

/**
 * Something that only a person can do.
 *
 * @param lines what to do, whole: the first line says what, and the others say how
 */
public record KeyTask(DomainName domain, String selector, List<String> lines) {
    public KeyTask {
        lines = List.copyOf(lines);
    }
}
