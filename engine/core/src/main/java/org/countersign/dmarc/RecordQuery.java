package org.countersign.dmarc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.NearMiss;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;

/**
 * One query for a DMARC Policy Record and its result.
 *
 * @param name without the {@code _dmarc} label
 */
public record RecordQuery(DomainName name, Finding finding) {
    /** What the DNS has at the {@code _dmarc} label below a name. */
    public sealed interface Finding {
        /** Exactly one DMARC record. */
        record Published(DmarcRecord record) implements Finding {}

        /** More than one DMARC record; they are all discarded (RFC 9989 §4.10 step 2). */
        record Several(int count) implements Finding {}

        /**
         * No DMARC record. There may be other TXT records.
         *
         * @param nearMisses TXT records that were meant as DMARC records but are none
         */
        record NoRecord(List<NearMiss> nearMisses) implements Finding {
            public NoRecord {
                nearMisses = List.copyOf(nearMisses);
            }

            NoRecord() {
                this(List.of());
            }
        }

        /**
         * The lookup failed, so a record may exist.
         *
         * @param detail the DNS error in a few words
         */
        record LookupFailed(String detail) implements Finding {}
    }

    /** Whether the lookup failed. */
    boolean failed() {
        return finding instanceof Finding.LookupFailed;
    }

    /** The record, if there is exactly one. */
    Optional<DmarcRecord> record() {
        return finding instanceof Finding.Published(DmarcRecord record) ? Optional.of(record) : Optional.empty();
    }

    /** Queries the DNS; returns within the time limit of the lookups. */
    static RecordQuery at(DomainName name, DnsLookups dns) {
        Optional<DomainName> owner = name.child("_dmarc");
        if (owner.isEmpty()) {
            // The name has the maximum length of a domain name, so nothing can exist below it.
            return new RecordQuery(name, new Finding.NoRecord());
        }
        DnsAnswer<DnsRecord.Text> answer = dns.lookup(DnsQuery.txt(owner.get()));
        return new RecordQuery(
                name,
                switch (answer) {
                    case DnsAnswer.Found<DnsRecord.Text> found -> read(found.records());
                    case DnsAnswer.NoData<DnsRecord.Text> none -> new Finding.NoRecord();
                    case DnsAnswer.NoSuchName<DnsRecord.Text> none -> new Finding.NoRecord();
                    case DnsAnswer.BadAnswer<DnsRecord.Text> bad -> new Finding.LookupFailed(bad.describe());
                    case DnsAnswer.Unavailable<DnsRecord.Text> none -> new Finding.LookupFailed(none.describe());
                });
    }

    // RFC 9989 §4.10 steps 2 and 6: records without the version tag are discarded, and so are several DMARC records.
    private static Finding read(List<DnsRecord.Text> texts) {
        List<Octets> records = new ArrayList<>(1);
        for (DnsRecord.Text text : texts) {
            Octets joined = text.joined();
            if (DmarcRecord.isRecord(joined)) {
                records.add(joined);
            }
        }
        if (records.size() > 1) {
            return new Finding.Several(records.size());
        }
        Optional<DmarcRecord> only = records.isEmpty() ? Optional.empty() : DmarcRecord.parse(records.get(0));
        return only.<Finding>map(Finding.Published::new)
                .orElseGet(() -> new Finding.NoRecord(NearMiss.among(texts, NearMiss.Protocol.DMARC)));
    }
}
