package org.countersign.doctor;

import java.util.List;
import org.countersign.domain.DomainName;

/**
 * One thing that was found.
 *
 * @param name the name of the DNS, or the line of a file, that it is about
 * @param published what is there, one character for each octet, of any content; empty for nothing
 * @param sentence why it matters, in US-ASCII but for names and values, which may have any content
 * @param changes what to publish instead; none if that cannot be computed
 */
public record Finding(
        FindingId id, Severity severity, String name, String published, String sentence, List<DnsChange> changes) {
    public Finding {
        changes = List.copyOf(changes);
    }

    static Finding of(FindingId id, DomainName name, String published, String sentence, DnsChange... changes) {
        return new Finding(id, id.severity(), name.toString(), published, sentence, List.of(changes));
    }

    Finding with(Severity other) {
        return new Finding(id, other, name, published, sentence, changes);
    }

    Finding with(List<DnsChange> others) {
        return new Finding(id, severity, name, published, sentence, others);
    }

    /** What makes it the same finding in another run: a change of its severity or of the records is another one. */
    String key() {
        return id.keyword() + " " + severity + " " + name + " " + published;
    }

    Finding withoutChanges() {
        return new Finding(id, severity, name, published, sentence, List.of());
    }
}
