package org.countersign.spf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.NearMiss;
import org.countersign.domain.DomainName;
import org.countersign.spf.CheckResult.Undecided;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/** Fetches, selects and parses the record of one domain (RFC 7208 §§4.3 to 4.6). */
final class RecordLookup {
    private final DnsLookups dns;
    private final List<SpfNearMiss> nearMisses = new ArrayList<>(0);

    /** What a lookup comes to: a record without an error, or why there is none. */
    sealed interface Outcome permits Selected, Undecided {}

    /** @param hops the way to the record, which is the last of them */
    record Selected(SpfRecord record, List<RecordStep> hops) implements Outcome {}

    RecordLookup(DnsLookups dns) {
        this.dns = dns;
    }

    /** @param way the records that led here, by the term {@code via} of the last of them */
    Outcome lookup(DomainName name, List<RecordStep> way, Optional<Term> via) {
        // RFC 7208 §4.3: a single label is no mail domain.
        if (name.labelCount() < 2) {
            return new Undecided(SpfProblem.INVALID_DOMAIN, name.toString(), way);
        }
        // RFC 7208 §4.4: type TXT only.
        DnsQuery<DnsRecord.Text> question = DnsQuery.txt(name);
        return switch (dns.lookup(question)) {
            case DnsAnswer.Found<DnsRecord.Text> found -> select(found.records(), name, way, via);
            case DnsAnswer.NoData<DnsRecord.Text> none ->
                new Undecided(SpfProblem.NO_RECORD, name.toString(), way, true);
            case DnsAnswer.NoSuchName<DnsRecord.Text> none ->
                new Undecided(SpfProblem.NO_SUCH_DOMAIN, name.toString(), way, true);
            case DnsAnswer.BadAnswer<DnsRecord.Text> bad -> trouble(question, bad, way);
            case DnsAnswer.Unavailable<DnsRecord.Text> none -> trouble(question, none, way);
        };
    }

    /** A temperror: the DNS gave nothing to go on. */
    static Undecided trouble(DnsQuery<?> question, DnsAnswer<?> answer, List<RecordStep> hops) {
        String needed = hops.isEmpty() ? "" : ", needed by " + RecordStep.trail(hops);
        String detail = answer.failureDetail().isEmpty() ? "" : ": " + answer.failureDetail();
        return new Undecided(SpfProblem.ofError(answer), question + needed + detail, hops);
    }

    /** What is wrong with a record that was meant as one, where there is such a record; it is remembered as evidence. */
    private String nearMiss(List<DnsRecord.Text> records, DomainName name) {
        List<NearMiss> near = NearMiss.among(records, NearMiss.Protocol.SPF);
        near.forEach(miss -> nearMisses.add(new SpfNearMiss(name, miss)));
        return near.isEmpty()
                ? ""
                : "; a TXT record was meant as one, but " + near.getFirst().problem();
    }

    /** The records met so far that were meant as SPF records, but are none. */
    List<SpfNearMiss> nearMisses() {
        return nearMisses;
    }

    /** RFC 7208 §4.5: exactly one record has to be left. */
    private Outcome select(List<DnsRecord.Text> records, DomainName name, List<RecordStep> way, Optional<Term> via) {
        Octets selected = Octets.EMPTY;
        int count = 0;
        for (DnsRecord.Text candidate : records) {
            Octets text = candidate.joined();
            if (SpfRecord.isSpf(text)) {
                selected = text;
                count++;
            }
        }
        if (count == 0) {
            return new Undecided(SpfProblem.NO_RECORD, name + nearMiss(records, name), way);
        }
        if (count > 1) {
            return new Undecided(SpfProblem.MULTIPLE_RECORDS, count + " at " + name, way);
        }
        List<RecordStep> hops = new ArrayList<>(way);
        hops.add(new RecordStep(name, via, selected.latin1()));
        // RFC 7208 §4.6: an error anywhere in the record is found before any of it is evaluated.
        return switch (SpfRecord.parse(selected)) {
            case Parsed.Value(SpfRecord record) -> new Selected(record, List.copyOf(hops));
            case Parsed.Malformed(List<SyntaxFailure> failures) ->
                new Undecided(SpfProblem.SYNTAX, failures.getFirst() + " of " + RecordStep.trail(hops), hops);
        };
    }
}
