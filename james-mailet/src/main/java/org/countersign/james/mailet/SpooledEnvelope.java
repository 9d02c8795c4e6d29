package org.countersign.james.mailet;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.james.core.MailAddress;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mail;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.james.mail.VerdictAttributes;

/**
 * The envelope of a message in James' spool, and what James knows about its client.
 *
 * @param peer the address of the SMTP client of this server; empty if James does not know it
 * @param helo the client's HELO name, or the empty string
 * @param user the user that the client authenticated as
 * @param relayed whether James relays for the client without authentication ({@code authorizedAddresses})
 * @param recipients the addresses as James writes them
 */
record SpooledEnvelope(
        Optional<InetAddress> peer,
        String helo,
        ReversePath mailFrom,
        Optional<String> user,
        boolean relayed,
        List<String> recipients) {
    private static final AttributeName RELAYED = AttributeName.of("org.apache.james.SMTPIsAuthNetwork");

    SpooledEnvelope {
        recipients = List.copyOf(recipients);
    }

    /** The envelope of a mail. */
    static SpooledEnvelope of(Mail mail) {
        return new SpooledEnvelope(
                peer(mail),
                VerdictAttributes.text(mail, Mail.SMTP_HELO).orElse(""),
                ReversePath.parse(mail.getMaybeSender().asString()),
                VerdictAttributes.text(mail, Mail.SMTP_AUTH_USER),
                mail.getAttribute(RELAYED)
                        .filter(attribute ->
                                Boolean.TRUE.equals(attribute.getValue().value()))
                        .isPresent(),
                recipients(mail));
    }

    private static List<String> recipients(Mail mail) {
        List<String> recipients = new ArrayList<>();
        for (MailAddress recipient : mail.getRecipients()) {
            recipients.add(recipient.asString());
        }
        return recipients;
    }

    private static Optional<InetAddress> peer(Mail mail) {
        String address = Optional.ofNullable(mail.getRemoteAddr()).orElse("");
        // James appends the network interface to a link-local address.
        int zone = address.indexOf('%');
        return IpNetwork.parseAddress(zone < 0 ? address : address.substring(0, zone))
                .map(IpNetwork::plain);
    }
}
