package org.countersign.reports.source;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.countersign.TrafficRules;
import org.countersign.config.Configuration;
import org.countersign.config.KeyEntry;
import org.countersign.config.SigningTableFile;
import org.countersign.dns.DnsClient;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.spf.DirectNetworks;

/**
 * The domains and networks of the operator. Reports about other domains are none of our business.
 *
 * @param domains those of {@code protect} and of the signing keys, in the order of their names
 * @param networks clients whose mail is signed, and machines of this system; without loopback
 */
public record OwnDomains(List<DomainName> domains, List<IpNetwork> networks) {
    // Each needs some lookups.
    private static final int MAX_LOOKED_UP = 200;

    /** No domains and no networks. */
    public static final OwnDomains NONE = new OwnDomains(List.of(), List.of());

    public OwnDomains {
        SortedSet<DomainName> sorted = new TreeSet<>(domains);
        domains = List.copyOf(sorted);
        networks = List.copyOf(networks);
    }

    /**
     * The domains that a policy file names.
     *
     * @param table the lines of the signing table file
     */
    public static OwnDomains of(Configuration configuration, List<SigningTableFile.Line> table) {
        List<DomainName> domains =
                new ArrayList<>(configuration.policy().settings().protect());
        configuration.signing().keys().stream().map(KeyEntry::domain).forEach(domains::add);
        table.forEach(line -> domains.add(line.key().domain()));
        TrafficRules traffic = configuration.traffic();
        List<IpNetwork> networks = new ArrayList<>(traffic.signNetworks());
        networks.addAll(traffic.localNetworks());
        networks.addAll(traffic.skipNetworks());
        networks.removeIf(network -> TrafficRules.LOOPBACK.stream().anyMatch(loopback -> loopback.covers(network)));
        return new OwnDomains(domains, networks);
    }

    /** These and further domains. */
    public OwnDomains with(List<DomainName> further) {
        List<DomainName> all = new ArrayList<>(domains);
        all.addAll(further);
        return new OwnDomains(all, networks);
    }

    /**
     * These, with the networks that the SPF records of the domains authorize themselves.
     *
     * @param deadline for all lookups together; networks that are not known by then are missing
     */
    public OwnDomains withAuthorizedNetworks(DnsClient dns, Instant deadline) {
        List<IpNetwork> all = new ArrayList<>(networks);
        domains.stream()
                .limit(MAX_LOOKED_UP)
                .forEach(domain -> all.addAll(DirectNetworks.lookup(domain, dns, deadline)));
        return new OwnDomains(domains, all.stream().distinct().toList());
    }

    /** Whether a name is one of the domains or below one. */
    public boolean contains(DomainName name) {
        return domains.stream().anyMatch(name::isWithin);
    }

    /** Whether an address is in one of the networks. */
    public boolean contains(InetAddress address) {
        return IpNetwork.anyContains(networks, address);
    }
}
