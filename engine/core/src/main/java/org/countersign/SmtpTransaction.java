package org.countersign;

import java.net.InetAddress;
import java.util.Optional;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;

/**
 * What is known about a message when its MAIL FROM command has been accepted.
 *
 * @param client the SMTP client
 * @param helo the argument of HELO or EHLO, as sent; empty if there was none
 * @param mailFrom the reverse-path
 * @param authenticatedUser the user that the client has authenticated as, if it has
 * @param listener the name of the service that accepted the connection (Postfix: {@code {daemon_name}}), or the empty
 *     text
 * @param receivingHost the mail server's own name, used if no authserv-id is configured, or the empty text
 * @param completesAddresses whether the mail server adds its own domain to addresses in From that have no full one, after
 *     it has passed the message here. Sendmail does
 */
public record SmtpTransaction(
        Client client,
        String helo,
        ReversePath mailFrom,
        Optional<String> authenticatedUser,
        String listener,
        String receivingHost,
        boolean completesAddresses) {

    /** A transaction of a mail server that changes no address later. */
    public SmtpTransaction(
            Client client,
            String helo,
            ReversePath mailFrom,
            Optional<String> authenticatedUser,
            String listener,
            String receivingHost) {
        this(client, helo, mailFrom, authenticatedUser, listener, receivingHost, false);
    }

    /**
     * A transaction of a client that has not authenticated.
     *
     * @param client the IP address of the SMTP client
     * @param helo the argument of HELO or EHLO
     * @param mailFrom the argument of MAIL FROM, without angle brackets; empty for the null reverse-path
     * @throws IllegalArgumentException if the client is not an IP address
     */
    public static SmtpTransaction of(String client, String helo, String mailFrom) {
        InetAddress address = IpNetwork.parseAddress(client)
                .orElseThrow(() -> new IllegalArgumentException("not an IP address: \"" + client + "\""));
        return new SmtpTransaction(
                new Client.Ip(address, ""), helo, ReversePath.parse(mailFrom), Optional.empty(), "", "");
    }
}
