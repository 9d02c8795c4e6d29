package org.countersign.james;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.List;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStream;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;

/** SpooledMails as James has them in its spool. */
final class SpooledMails {
    static final List<String> RECIPIENTS = List.of(InboundFixture.BOB, "carol@home.example");

    private SpooledMails() {}

    /** A mail from this client, with James' own Received field on top. */
    static MailImpl from(String client, String helo, String mailFrom, String message) throws Exception {
        return spooled(client, helo, mailFrom, received(client, helo) + message);
    }

    /** The Received field as James writes it. */
    static String received(String client, String helo) {
        return "Received: from host.example (EHLO " + helo + ") ([" + client + "])\r\n"
                + "          by home.example (JAMES SMTP Server ) with ESMTP ID 6b1f\r\n"
                + "          for <bob@home.example>;\r\n"
                + "          Mon, 23 Nov 2026 12:00:05 +0000 (UTC)\r\n";
    }

    /** A mail with exactly this message. */
    static MailImpl spooled(String client, String helo, String mailFrom, String message) throws Exception {
        return spooled(client, helo, mailFrom, RECIPIENTS, message);
    }

    static MailImpl spooled(String client, String helo, String mailFrom, List<String> recipients, String message)
            throws Exception {
        MailImpl.Builder builder = MailImpl.builder()
                .name("Mail1")
                .addRecipients(recipients.toArray(String[]::new))
                .remoteAddr(client)
                .addAttribute(new Attribute(Mail.SMTP_HELO, AttributeValue.of(helo)));
        MailImpl mail = (mailFrom.isEmpty() ? builder : builder.sender(mailFrom)).build();
        mail.setState(Mail.DEFAULT);
        mail.setMessageContent(
                MimeMessageInputStreamSource.create("Mail1", new ByteArrayInputStream(message.getBytes(ISO_8859_1))));
        return mail;
    }

    /** A mail of an authenticated user. */
    static MailImpl submitted(String user, String mailFrom, String message) throws Exception {
        MailImpl mail = spooled("198.51.100.20", "laptop", mailFrom, message);
        mail.setAttribute(new Attribute(Mail.SMTP_AUTH_USER, AttributeValue.of(user)));
        return mail;
    }

    /** The octets of the stored message. */
    static String stored(Mail mail) throws Exception {
        try (InputStream message = new MimeMessageInputStream(mail.getMessage())) {
            return new String(message.readAllBytes(), ISO_8859_1);
        }
    }

    /** The octets of the sent message. */
    static String sent(Mail mail) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        mail.getMessage().writeTo(out, new String[] {"Bcc", "Content-Length"});
        return out.toString(ISO_8859_1);
    }
}
