package org.countersign.explain;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.DnsTrace;
import org.countersign.dns.LookupTrace;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;

/** Explains the recorded DNS queries of a message: each answer with its records and its time to live. */
final class DnsExplanation {
    // A name, the name of a server and a few words.
    private static final int MAX_WORDS = 400;

    private DnsExplanation() {}

    /**
     * The queries in the order made.
     *
     * @param used the answers as the message used them, which differ from the recorded ones if memory is short
     */
    static Explanation.Items of(DnsTrace trace, List<LookupTrace> used) {
        Map<DnsQuery<?>, String> usedAnswers = new HashMap<>();
        used.forEach(lookup -> usedAnswers.put(lookup.query(), lookup.answer()));
        return new Explanation.Items(trace.queries().stream()
                .<Explanation>map(query -> query(query, Optional.ofNullable(usedAnswers.get(query.query()))))
                .toList());
    }

    /** The queries sorted, each once, without their times. */
    static Explanation.Items repeatable(DnsTrace trace) {
        SequencedMap<String, Explanation> sorted = new TreeMap<>();
        for (DnsTrace.Recorded recorded : trace.queries()) {
            sorted.put(
                    recorded.query().toString(),
                    query(recorded, Optional.empty()).without("ttl", "origin", "asked-after-ms", "took-ms", "used-as"));
        }
        return new Explanation.Items(List.copyOf(sorted.values()));
    }

    private static Explanation.Group query(DnsTrace.Recorded recorded, Optional<String> used) {
        Explanation.Group tree = new Explanation.Group().text("question", recorded.query());
        if (recorded.answer().isEmpty()) {
            return tree.text("answer", "none when the message was decided")
                    .count("asked-after-ms", recorded.asked().toMillis());
        }
        DnsAnswer<?> answer = recorded.answer().get();
        String words = LookupTrace.of(recorded.query(), answer).answer();
        tree.text("answer", bounded(words));
        if (answer instanceof DnsAnswer.Found<?> found) {
            tree.texts(
                    "records",
                    found.records().stream().map(DnsExplanation::record).toList());
        }
        if (recorded.omittedOctets() > 0) {
            tree.count("omitted-octets", recorded.omittedOctets());
        }
        List<DomainName> aliases = answer.metadata().aliases();
        if (!aliases.isEmpty()) {
            tree.texts("aliases", aliases);
        }
        return tree.count("ttl", answer.metadata().ttl().toSeconds())
                .word("origin", answer.metadata().origin())
                .flag("validated", answer.metadata().authentic())
                .count("asked-after-ms", recorded.asked().toMillis())
                .count("took-ms", recorded.took().toMillis())
                .text(
                        "used-as",
                        used.filter(text -> recorded.omittedOctets() == 0 && !text.equals(words))
                                .map(DnsExplanation::bounded));
    }

    private static String record(DnsRecord data) {
        return switch (data) {
            case DnsRecord.Address address -> IpNetwork.renderAddress(address.address());
            case DnsRecord.MailExchange mx -> mx.preference() + " " + mx.exchange();
            case DnsRecord.Pointer pointer -> pointer.target().toString();
            case DnsRecord.Text text -> text.joined().latin1();
        };
    }

    private static String bounded(String words) {
        return words.length() <= MAX_WORDS ? words : words.substring(0, MAX_WORDS);
    }
}
