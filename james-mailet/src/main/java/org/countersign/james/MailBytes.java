package org.countersign.james;

import java.io.InputStream;
import java.net.InetAddress;
import java.util.Optional;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.server.core.MimeMessageInputStream;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mail;
import org.countersign.MessageLimits;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;

/** Between James' Mail and octets: nothing else of this package looks into a message. */
final class MailBytes {
    /**
     * A field of one octet more than a whole header section may have makes the section too large, rather than being
     * cut where nobody notices.
     */
    static final int MAX_HEADER = MessageLimits.DEFAULT.headerOctets() + 1;

    private static final AttributeName RELAYED = AttributeName.of("org.apache.james.SMTPIsAuthNetwork");

    private MailBytes() {}

    /** What James knows besides the message. */
    static SpooledEnvelope delivery(Mail mail) {
        return new SpooledEnvelope(
                peer(mail),
                VerdictAttributes.text(mail, Mail.SMTP_HELO).orElse(""),
                ReversePath.parse(mail.getMaybeSender().asString()),
                VerdictAttributes.text(mail, Mail.SMTP_AUTH_USER),
                mail.getAttribute(RELAYED)
                        .filter(attribute ->
                                Boolean.TRUE.equals(attribute.getValue().value()))
                        .isPresent(),
                mail.getRecipients().stream().map(MailAddress::asString).toList());
    }

    private static Optional<InetAddress> peer(Mail mail) {
        String address = Optional.ofNullable(mail.getRemoteAddr()).orElse("");
        // James writes the network interface behind a link-local address.
        int zone = address.indexOf('%');
        return IpNetwork.parseAddress(zone < 0 ? address : address.substring(0, zone))
                .map(IpNetwork::plain);
    }

    /** The message as James received it, as long as no mailet has changed it. */
    static InputStream received(Mail mail) throws MessagingException {
        return new MimeMessageInputStream(mail.getMessage());
    }
}
