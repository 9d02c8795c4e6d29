package org.countersign.doctor;

import java.util.List;
import org.countersign.dmarc.DmarcRecord;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;
import org.countersign.syntax.TagList;

/** The DMARC record of a name with one change, as far as a receiver reads the changed record at least as well. */
final class DmarcRecordRepair {
    private final DomainName owner;
    private final DnsRecord.Text published;
    private final DmarcRecord record;
    private final TagList tags;

    DmarcRecordRepair(DomainName owner, DnsRecord.Text published, DmarcRecord record) {
        this.owner = owner;
        this.published = published;
        this.record = record;
        this.tags = TagList.parse(record.text());
    }

    /** Whether a text is a record that a receiver reads without an error. */
    static boolean isSound(String text) {
        return Ascii.isAscii(text)
                && DmarcRecord.parse(Octets.latin1(text))
                        .filter(record ->
                                record.policyTagsValid() && record.diagnostics().isEmpty())
                        .isPresent();
    }

    TagList tags() {
        return tags;
    }

    /** A finding about the record. */
    Finding finding(FindingId id, Severity severity, String sentence, List<DnsChange> changes) {
        return new Finding(id, severity, owner.toString(), published.joined().latin1(), sentence, changes);
    }

    /** Another text in the place of the record. */
    List<DnsChange> replace(String text) {
        return List.of(DnsChange.replace(owner, List.of(published), text));
    }

    /** Another text in the place of the record; empty if it has more errors. */
    List<DnsChange> instead(String changed) {
        return DmarcRecord.parse(Octets.latin1(changed))
                .filter(other -> Ascii.isAscii(changed)
                        && other.diagnostics().size() <= record.diagnostics().size()
                        && (other.policyTagsValid() || !record.policyTagsValid()))
                .map(other -> replace(changed))
                .orElse(List.of());
    }

    /** The record with each of its tags once, and nothing else. */
    List<DnsChange> normalized() {
        return instead(TagListText.of(tags.tags()));
    }

    List<DnsChange> without(String name) {
        return instead(TagListText.without(tags, name));
    }

    /** The record with another value of a tag that it has. */
    List<DnsChange> withValue(String name, String value) {
        return instead(TagListText.with(tags, name, value));
    }

    /** The record with one more tag at its end. */
    List<DnsChange> withTag(String name, String value) {
        return instead(TagListText.with(tags, tags.tags().size(), name, value));
    }

    /** The record with p=none as its second tag. */
    List<DnsChange> withPolicyNone() {
        return instead(TagListText.with(tags, 1, "p", "none"));
    }
}
