package org.countersign.reports.source;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;

/**
 * Names the source of mail. The name is a foreign domain that signed the mail, else the confirmed name of the client in the
 * DNS. Without either it is a foreign domain that passed SPF, else the network of the client. Names are cut to their
 * organization.
 */
final class SourceNaming {
    private static final int IPV4_PREFIX = 24;
    private static final int IPV6_PREFIX = 48;

    private final OwnDomains own;
    private final MailServices services;
    private final PublicSuffixList suffixes;

    SourceNaming(OwnDomains own, MailServices services, PublicSuffixList suffixes) {
        this.own = own;
        this.services = services;
        this.suffixes = suffixes;
    }

    /** The name of the source. */
    String name(SeenMail mail, DomainName domain) {
        return foreignPass(mail, domain, true)
                .or(() -> DomainName.parse(mail.name()).map(this::organization))
                .or(() -> foreignPass(mail, domain, false))
                .map(DomainName::toString)
                .orElseGet(() -> network(mail.address()));
    }

    private Optional<DomainName> foreignPass(SeenMail mail, DomainName domain, boolean dkim) {
        return mail.results().stream()
                .filter(result -> result.isDkim() == dkim && result.isPass())
                .flatMap(result -> DomainName.parse(result.domain()).stream())
                .filter(name -> !isOurs(name, domain))
                .map(this::organization)
                .findFirst();
    }

    /** Whether a name is one of our own, or of the organization of a domain. */
    boolean isOurs(DomainName name, DomainName domain) {
        return own.contains(name) || sameOrganization(name, domain);
    }

    /** Whether two names belong to one organization, as far as the Public Suffix List knows. */
    boolean sameOrganization(DomainName one, DomainName other) {
        return suffixes.organizationalDomain(one).equals(suffixes.organizationalDomain(other));
    }

    /** A name of a mail service is cut as the table says, because providers are public suffixes for their customers. */
    private DomainName organization(DomainName name) {
        return services.suffix(name).orElseGet(() -> suffixes.organizationalDomain(name));
    }

    private static String network(String address) {
        Optional<InetAddress> parsed = IpNetwork.parseAddress(address);
        if (parsed.isEmpty()) {
            return "unknown address";
        }
        int prefix = parsed.get().getAddress().length == 4 ? IPV4_PREFIX : IPV6_PREFIX;
        return IpNetwork.of(masked(parsed.get(), prefix), prefix).toString();
    }

    private static InetAddress masked(InetAddress address, int prefix) {
        byte[] octets = address.getAddress();
        Arrays.fill(octets, prefix / 8, octets.length, (byte) 0);
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("the octets are those of an address", impossible);
        }
    }
}
