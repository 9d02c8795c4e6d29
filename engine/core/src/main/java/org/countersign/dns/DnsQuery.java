package org.countersign.dns;

import org.countersign.domain.DomainName;

/**
 * A domain name and a record type. Use the factory methods, which give the matching type parameter.
 *
 * @param <R> the type of the records in an answer
 */
@SuppressWarnings("UnusedTypeParameter") // It ties the query to the type of its answer.
public record DnsQuery<R extends DnsRecord>(DomainName name, RecordType type) {
    public static DnsQuery<DnsRecord.Text> txt(DomainName name) {
        return new DnsQuery<>(name, RecordType.TXT);
    }

    public static DnsQuery<DnsRecord.Address> a(DomainName name) {
        return new DnsQuery<>(name, RecordType.A);
    }

    public static DnsQuery<DnsRecord.Address> aaaa(DomainName name) {
        return new DnsQuery<>(name, RecordType.AAAA);
    }

    public static DnsQuery<DnsRecord.MailExchange> mx(DomainName name) {
        return new DnsQuery<>(name, RecordType.MX);
    }

    public static DnsQuery<DnsRecord.Pointer> ptr(DomainName name) {
        return new DnsQuery<>(name, RecordType.PTR);
    }

    /** {@code TXT example.org}, for people. */
    @Override
    public String toString() {
        return type + " " + name;
    }
}
