package org.countersign.spf;

import java.net.InetAddress;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;

/**
 * The networks that the SPF record of a domain authorizes itself, by {@code ip4}, {@code ip6}, {@code a} and {@code mx}
 * (RFC 7208 §5). Records of others, which {@code include} and {@code redirect} name, are those of services and are left out, and
 * so are terms with macros.
 */
public final class DirectNetworks {
    private static final int MAX_NETWORKS = 100;
    private static final int MAX_EXCHANGES = 10;

    private final DnsClient dns;
    private final Instant deadline;
    private final Set<IpNetwork> networks = new LinkedHashSet<>();

    private DirectNetworks(DnsClient dns, Instant deadline) {
        this.dns = dns;
        this.deadline = deadline;
    }

    /**
     * Looks up the record of a domain, and the addresses that it names.
     *
     * @return at most 100 networks; none if there is no record without errors, or the DNS gives no answer
     */
    public static List<IpNetwork> lookup(DomainName domain, DnsClient dns, Instant deadline) {
        DirectNetworks direct = new DirectNetworks(dns, deadline);
        direct.record(domain).ifPresent(record -> direct.add(domain, record));
        return direct.networks.stream().limit(MAX_NETWORKS).toList();
    }

    private Optional<SpfRecord> record(DomainName domain) {
        if (!(dns.lookup(DnsQuery.txt(domain), deadline) instanceof DnsAnswer.Found<DnsRecord.Text> found)) {
            return Optional.empty();
        }
        List<DnsRecord.Text> records = found.records().stream()
                .filter(text -> SpfRecord.isSpf(text.joined()))
                .toList();
        return records.size() == 1
                ? SpfRecord.parse(records.getFirst().joined()).toOptional()
                : Optional.empty();
    }

    private void add(DomainName domain, SpfRecord record) {
        for (Term term : record.terms()) {
            if (term instanceof Directive(Qualifier qualifier, Mechanism mechanism)
                    && qualifier == Qualifier.PASS
                    && networks.size() < MAX_NETWORKS) {
                add(domain, mechanism);
            }
        }
    }

    private void add(DomainName domain, Mechanism mechanism) {
        switch (mechanism) {
            case Mechanism.Ip4 ip4 -> networks.add(ip4.network());
            case Mechanism.Ip6 ip6 -> networks.add(ip6.network());
            case Mechanism.A a -> target(domain, a.domainSpec()).ifPresent(name -> addHost(name, a.prefix()));
            case Mechanism.Mx mx -> target(domain, mx.domainSpec()).ifPresent(name -> addExchanges(name, mx.prefix()));
            case Mechanism.All all -> {
                // Everybody is not ours.
            }
            case Mechanism.Include other -> {
                // The record of a service.
            }
            case Mechanism.Ptr other -> {
                // Cannot be turned into networks.
            }
            case Mechanism.Exists other -> {
                // Cannot be turned into networks.
            }
        }
    }

    /** The name that a term is about; empty if it depends on the message. */
    private static Optional<DomainName> target(DomainName domain, Optional<MacroString> spec) {
        if (spec.isEmpty()) {
            return Optional.of(domain);
        }
        return spec.get().parts().size() == 1
                        && spec.get().parts().getFirst() instanceof MacroString.Literal(String name)
                ? DomainName.parse(name)
                : Optional.empty();
    }

    private void addExchanges(DomainName name, Mechanism.DualPrefix prefix) {
        if (dns.lookup(DnsQuery.mx(name), deadline) instanceof DnsAnswer.Found<DnsRecord.MailExchange> found) {
            found.records().stream().limit(MAX_EXCHANGES).forEach(record -> addHost(record.exchange(), prefix));
        }
    }

    private void addHost(DomainName name, Mechanism.DualPrefix prefix) {
        addAddresses(DnsQuery.a(name), prefix.ip4());
        addAddresses(DnsQuery.aaaa(name), prefix.ip6());
    }

    private void addAddresses(DnsQuery<DnsRecord.Address> query, int prefix) {
        if (dns.lookup(query, deadline) instanceof DnsAnswer.Found<DnsRecord.Address> found) {
            for (DnsRecord.Address record : found.records()) {
                InetAddress address = record.address();
                networks.add(IpNetwork.of(address, prefix));
            }
        }
    }
}
