package org.countersign.dns;

import org.countersign.domain.DomainName;

/**
 * A name and the kind of record that is asked for.
 *
 * @param <R> the kind of record that an answer holds; fixed by the factory methods
 */
@SuppressWarnings("UnusedTypeParameter") // it ties a question to the kind of answer
public record DnsQuestion<R extends DnsRecord>(DomainName name, RecordType type) {
    public static DnsQuestion<DnsRecord.Text> txt(DomainName name) {
        return new DnsQuestion<>(name, RecordType.TXT);
    }

    public static DnsQuestion<DnsRecord.Address> a(DomainName name) {
        return new DnsQuestion<>(name, RecordType.A);
    }

    public static DnsQuestion<DnsRecord.Address> aaaa(DomainName name) {
        return new DnsQuestion<>(name, RecordType.AAAA);
    }

    public static DnsQuestion<DnsRecord.MailExchange> mx(DomainName name) {
        return new DnsQuestion<>(name, RecordType.MX);
    }

    public static DnsQuestion<DnsRecord.Pointer> ptr(DomainName name) {
        return new DnsQuestion<>(name, RecordType.PTR);
    }

    /** {@code TXT example.org}, for people. */
    @Override
    public String toString() {
        return type + " " + name;
    }
}
