package org.countersign.spf;

import java.net.InetAddress;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;

/**
 * The arguments of check_host() (RFC 7208 §4.1), as the SMTP client sent them.
 *
 * @param client the address of the SMTP client; an IPv4-mapped IPv6 address becomes IPv4, a zone is removed
 * @param localPart of the identity; {@code postmaster} if there is none (RFC 7208 §4.3)
 * @param domainText the domain of the identity as sent; it may be no valid domain
 * @param helo the argument of HELO or EHLO, empty if none was sent
 */
public record SpfRequest(SpfIdentity identity, InetAddress client, String localPart, String domainText, String helo) {
    private static final String POSTMASTER = "postmaster";

    public SpfRequest {
        client = IpNetwork.plain(client);
        localPart = localPart.isEmpty() ? POSTMASTER : localPart;
    }

    /** A check of MAIL FROM. For a null reverse-path that is postmaster at the HELO name (RFC 7208 §2.4). */
    public static SpfRequest mailFrom(InetAddress client, ReversePath mailFrom, String helo) {
        return switch (mailFrom) {
            case ReversePath.Null none -> new SpfRequest(SpfIdentity.MAIL_FROM, client, POSTMASTER, helo, helo);
            case ReversePath.Address address ->
                new SpfRequest(SpfIdentity.MAIL_FROM, client, address.localPart(), address.domainText(), helo);
        };
    }

    /** A check of HELO (RFC 7208 §2.3). */
    public static SpfRequest helo(InetAddress client, String helo) {
        return new SpfRequest(SpfIdentity.HELO, client, POSTMASTER, helo, helo);
    }

    /**
     * The domain to check, with A-labels instead of U-labels. Empty if the text is no domain, a single label, an address
     * or an address literal (RFC 7208 §4.3).
     */
    public Optional<DomainName> domain() {
        return domainOf(domainText);
    }

    /** The domain to check for MAIL FROM: that of {@link #domain} for a request of {@link #mailFrom}. */
    static Optional<DomainName> mailFromDomain(ReversePath mailFrom, String helo) {
        return switch (mailFrom) {
            case ReversePath.Null none -> domainOf(helo);
            case ReversePath.Address address -> domainOf(address.domainText());
        };
    }

    private static Optional<DomainName> domainOf(String text) {
        return DomainName.parse(text)
                .filter(name -> name.labelCount() > 1
                        && name.isHostName()
                        && IpNetwork.parseAddress(name.toString()).isEmpty());
    }

    /** The identity as a mailbox. The domain has A-labels if it is valid, and is as sent otherwise. */
    public String sender() {
        return localPart + "@" + domain().map(DomainName::toString).orElse(domainText);
    }
}
