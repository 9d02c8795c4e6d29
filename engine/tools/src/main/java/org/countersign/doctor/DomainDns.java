package org.countersign.doctor;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;

/** The lookups for one domain. It remembers those that gave no answer. */
final class DomainDns implements DnsLookups {
    // More than these say the same again.
    private static final int MAX_REPORTED = 20;

    private final DnsLookups lookups;
    private final Map<DnsQuery<?>, String> failed = new LinkedHashMap<>();

    /**
     * @param lookups gives the same answer to a repeated query
     */
    DomainDns(DnsLookups lookups) {
        this.lookups = lookups;
    }

    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query) {
        DnsAnswer<R> answer = lookups.lookup(query);
        if (answer instanceof DnsAnswer.Unavailable && failed.size() < MAX_REPORTED) {
            failed.put(query, answer.describe());
        }
        return answer;
    }

    /** The lookups without an answer, and why. */
    Map<DnsQuery<?>, String> failed() {
        return failed;
    }

    /** The TXT records of a name; none if there are none or the lookup failed. */
    List<DnsRecord.Text> texts(DomainName name) {
        return records(DnsQuery.txt(name));
    }

    <R extends DnsRecord> List<R> records(DnsQuery<R> query) {
        return lookup(query) instanceof DnsAnswer.Found<R> found ? found.records() : List.of();
    }

    /** The addresses of a name, IPv4 first. */
    List<InetAddress> addresses(DomainName name) {
        List<InetAddress> all = new ArrayList<>();
        records(DnsQuery.a(name)).forEach(record -> all.add(record.address()));
        records(DnsQuery.aaaa(name)).forEach(record -> all.add(record.address()));
        return all;
    }

    /** Whether a name has a null MX, and no other (RFC 7505 §3). */
    boolean hasNullMx(DomainName name) {
        return lookup(DnsQuery.mx(name)) instanceof DnsAnswer.Found<DnsRecord.MailExchange> found
                && found.records().isEmpty();
    }

    /** Whether mail to the domain has a host: an MX record, or else an address (RFC 5321 §5.1, RFC 7505). */
    boolean takesMail(DomainName name) {
        DnsAnswer<DnsRecord.MailExchange> mx = lookup(DnsQuery.mx(name));
        return switch (mx) {
            case DnsAnswer.Found<DnsRecord.MailExchange> found ->
                !found.records().isEmpty();
            case DnsAnswer.NoData<DnsRecord.MailExchange> none ->
                !addresses(name).isEmpty();
            case DnsAnswer.NoSuchName<DnsRecord.MailExchange> none -> false;
            // Not known, so that nothing is wrong.
            case DnsAnswer.BadAnswer<DnsRecord.MailExchange> bad -> true;
            case DnsAnswer.Unavailable<DnsRecord.MailExchange> none -> true;
        };
    }
}
