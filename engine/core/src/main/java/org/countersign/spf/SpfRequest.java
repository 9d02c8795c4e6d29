package org.countersign.spf;

import java.net.InetAddress;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;

/**
 * The arguments of check_host() (RFC 7208 §4.1), as the client gave them.
 *
 * @param client the address of the SMTP client; an IPv4-mapped IPv6 address becomes IPv4, a zone is
 *     dropped
 * @param localPart of the identity; {@code postmaster} where there is none (RFC 7208 §4.3)
 * @param domainText the domain of the identity, which need not be one
 * @param helo the argument of HELO or EHLO, empty where none was given
 */
public record SpfRequest(SpfIdentity identity, InetAddress client, String localPart, String domainText, String helo) {
    private static final String POSTMASTER = "postmaster";

    public SpfRequest {
        client = IpNetwork.plain(client);
        localPart = localPart.isEmpty() ? POSTMASTER : localPart;
    }

    /** A check of MAIL FROM; with a null reverse-path it is of postmaster at HELO (RFC 7208 §2.4). */
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
     * The domain to check, U-labels turned into A-labels; empty where the text is no domain of several
     * labels, an address or an address literal (RFC 7208 §4.3).
     */
    public Optional<DomainName> domain() {
        return domainOf(domainText);
    }

    /** The domain of MAIL FROM that is checked, as {@link #mailFrom} and {@link #domain} tell it. */
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

    /** The identity as a mailbox, with the domain in A-labels where it is one. */
    public String sender() {
        return localPart + "@" + domain().map(DomainName::toString).orElse(domainText);
    }
}
