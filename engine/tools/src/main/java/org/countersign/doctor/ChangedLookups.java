package org.countersign.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.RecordType;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;

/** The DNS as it would be after changes of TXT records. For one thread. */
final class ChangedLookups implements DnsLookups {
    private static final int MAX_STRING = 255;

    private final DnsLookups before;
    private final Map<DomainName, List<String>> changed = new LinkedHashMap<>();

    ChangedLookups(DnsLookups before) {
        this.before = before;
    }

    /** Makes a change; one of another type or of a wildcard has no effect on lookups. */
    void apply(DnsChange change) {
        if (change.type().equals("TXT")) {
            DomainName.parseQueryName(change.name()).ifPresent(name -> {
                List<String> texts = new ArrayList<>(after(name));
                texts.removeAll(change.remove());
                change.publish().stream().filter(text -> !texts.contains(text)).forEach(texts::add);
                changed.put(name, texts);
            });
        }
    }

    /** The texts of a name before the changes. */
    List<String> before(DomainName name) {
        return before.lookup(DnsQuery.txt(name)) instanceof DnsAnswer.Found<DnsRecord.Text> found
                ? found.records().stream()
                        .map(record -> record.joined().latin1())
                        .toList()
                : List.of();
    }

    /** The texts of a name after the changes. */
    List<String> after(DomainName name) {
        return changed.getOrDefault(name, before(name));
    }

    // The records have the type of the query, which is TXT.
    @SuppressWarnings("unchecked")
    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query) {
        List<String> texts = changed.get(query.name());
        if (texts == null || query.type() != RecordType.TXT) {
            return before.lookup(query);
        }
        DnsAnswer<DnsRecord> answer = texts.isEmpty()
                ? new DnsAnswer.NoData<>(AnswerMetadata.NONE)
                : new DnsAnswer.Found<>(
                        texts.stream().map(ChangedLookups::record).toList(), AnswerMetadata.NONE);
        return (DnsAnswer<R>) answer;
    }

    private static DnsRecord record(String text) {
        Octets octets = Octets.latin1(text);
        List<Octets> strings = new ArrayList<>();
        for (int from = 0; from < octets.length() || from == 0; from += MAX_STRING) {
            strings.add(octets.slice(from, Math.min(from + MAX_STRING, octets.length())));
        }
        return new DnsRecord.Text(strings);
    }
}
