package org.countersign.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.countersign.keys.PublicKeyRecord;
import org.countersign.keys.SigningKey;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;
import org.countersign.syntax.TagList;

/**
 * Collects the findings about one key record, with the record to publish instead. What is found behind the first damage is told
 * without the text of the record, and only if mail fails.
 */
final class DkimRecordFindings {
    private final DomainName name;
    private final DnsRecord.Text record;
    private final Optional<SigningKey> own;
    private final List<Finding> found = new ArrayList<>();
    private boolean damaged;

    /**
     * @param own the key that the configuration signs with under this name
     */
    DkimRecordFindings(DomainName name, DnsRecord.Text record, Optional<SigningKey> own) {
        this.name = name;
        this.record = record;
        this.own = own;
    }

    /** Collects what a damage of the same record hides. */
    DkimRecordFindings behind() {
        DkimRecordFindings inner = new DkimRecordFindings(name, record, own);
        inner.hidesMore();
        return inner;
    }

    /** The last finding is about a damage; those that follow are what it hides. */
    void hidesMore() {
        damaged = true;
    }

    void add(FindingId id, Severity severity, String sentence, List<DnsChange> changes) {
        if (!damaged || severity.compareTo(Severity.WARNING) <= 0) {
            String published = damaged ? "" : record.joined().latin1();
            found.add(new Finding(id, severity, name.toString(), published, sentence, changes));
        }
    }

    void add(FindingId id, String sentence) {
        add(id, id.severity(), sentence, List.of());
    }

    /** Adds a finding with what to publish instead. */
    void damage(FindingId id, String sentence, String repaired) {
        add(id, id.severity(), sentence, instead(repaired));
    }

    /** Adds what the last finding hides. Its line to publish is that of what it hides, where it has none itself. */
    void addBehindTheLast(DkimRecordFindings inner) {
        List<DnsChange> whole = inner.found.stream()
                .map(Finding::changes)
                .filter(changes -> !changes.isEmpty())
                .findFirst()
                .orElse(List.of());
        Finding first = found.removeLast();
        found.add(first.changes().isEmpty() ? first.with(whole) : first);
        inner.found.stream().filter(finding -> finding.id() != first.id()).forEach(found::add);
    }

    List<Finding> found() {
        return List.copyOf(found);
    }

    /** The record of the key that the configuration signs with, if there is one. */
    List<DnsChange> insteadByOwn() {
        return own.map(key -> List.of(DnsChange.replace(name, List.of(record), key.publicKeyRecord())))
                .orElse(List.of());
    }

    /** The record instead, if its key can be read. */
    List<DnsChange> instead(String repaired) {
        if (own.isPresent()) {
            return insteadByOwn();
        }
        TagList tags = TagList.parse(Octets.latin1(repaired));
        boolean readable = Ascii.isAscii(repaired)
                && tags.failures().stream().allMatch(failure -> failure.problem() == TagList.Problem.EMPTY_TAG)
                && !TagListText.hasDuplicate(tags)
                && DkimRecordCheck.key(new DnsRecord.Text(List.of(Octets.latin1(repaired))))
                        .isPresent();
        return readable
                ? List.of(DnsChange.replace(
                        name, List.of(record), permitsSha256(repaired) ? repaired : withoutHashes(tags)))
                : List.of();
    }

    private static boolean permitsSha256(String repaired) {
        return PublicKeyRecord.parse(Octets.latin1(repaired))
                        instanceof Parsed.Value<PublicKeyRecord, PublicKeyRecord.Malformed>(PublicKeyRecord value)
                && value.permitsSha256();
    }

    /** The damage of a record can hide that its list of hashes has none in use. */
    static String withoutHashes(TagList tags) {
        return TagListText.without(tags, "h");
    }
}
