package org.countersign.reports.send;

import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import jakarta.mail.internet.InternetAddress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.countersign.domain.DomainName;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPMessage;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/**
 * Hands messages to a mail server by SMTP, each in a connection of its own, without trying again. One thread submits, and
 * another one may cancel.
 */
public final class SmtpSubmission implements SmtpClient {
    private final Timeouts timeouts;
    private final AtomicReference<Optional<Socket>> open = new AtomicReference<>(Optional.empty());

    /**
     * How long to wait for the server.
     *
     * @param connect until it accepts the connection
     * @param reply for each reply, and for it to take octets. Its filters run before the last reply
     */
    record Timeouts(Duration connect, Duration reply) {
        static final Timeouts DEFAULT = new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(90));
    }

    /** Waits for a server as long as reports can. */
    public SmtpSubmission() {
        this(Timeouts.DEFAULT);
    }

    SmtpSubmission(Timeouts timeouts) {
        this.timeouts = timeouts;
    }

    private Session session(DomainName name) {
        Properties properties = new Properties();
        // Without it the library looks up the name of this host.
        properties.setProperty("mail.smtp.localhost", name.toString());
        properties.setProperty("mail.smtp.auth", "false");
        properties.setProperty(
                "mail.smtp.connectiontimeout", Long.toString(timeouts.connect().toMillis()));
        String reply = Long.toString(timeouts.reply().toMillis());
        properties.setProperty("mail.smtp.timeout", reply);
        properties.setProperty("mail.smtp.writetimeout", reply);
        // A socket that this object knows can be closed while another thread waits for it.
        properties.put("mail.smtp.socketFactory", new ObservedSockets(socket -> open.set(Optional.of(socket))));
        properties.setProperty("mail.smtp.socketFactory.fallback", "false");
        return Session.getInstance(properties);
    }

    @Override
    public Submission submit(MailServer server, MailAddress sender, MailAddress recipient, byte[] message) {
        Session session = session(sender.domain());
        // A URL without a user: with an empty one the library would log in wherever a server offers it.
        SMTPTransport transport = new SMTPTransport(session, new URLName("smtp://" + server));
        try {
            transport.connect();
        } catch (MessagingException error) {
            close(transport);
            return new Submission.Unreachable(server + ": " + text(error, transport));
        }
        try {
            SMTPMessage mail = new SMTPMessage(session, new ByteArrayInputStream(message));
            mail.setEnvelopeFrom(sender.toString());
            // RFC 3461, if the server has it: tell about failures only, since any mail to the sender counts as one.
            mail.setNotifyOptions(SMTPMessage.NOTIFY_FAILURE);
            mail.setReturnOption(SMTPMessage.RETURN_HDRS);
            InternetAddress to = new InternetAddress();
            to.setAddress(recipient.toString());
            transport.sendMessage(mail, new Address[] {to});
            return new Submission.Accepted(Submission.line(transport.getLastServerResponse()));
        } catch (MessagingException error) {
            return failure(server, error, transport);
        } finally {
            close(transport);
        }
    }

    private void close(SMTPTransport transport) {
        try {
            transport.close();
        } catch (MessagingException gone) {
            // The message was accepted or not before.
        }
        open.set(Optional.empty());
    }

    @Override
    public void cancel() {
        open.get().ifPresent(socket -> {
            try {
                socket.close();
            } catch (IOException closed) {
                // It cannot be used any more.
            }
        });
    }

    private static Submission failure(MailServer server, MessagingException error, SMTPTransport transport) {
        for (Exception next = error; next instanceof MessagingException cause; next = cause.getNextException()) {
            switch (cause) {
                case SMTPSenderFailedException sender -> {
                    return Submission.ofRefusedSender(String.valueOf(sender.getMessage()));
                }
                case SMTPAddressFailedException address -> {
                    return Submission.ofReply(address.getReturnCode(), String.valueOf(address.getMessage()));
                }
                case SMTPSendFailedException send
                when !(send.getNextException() instanceof MessagingException) -> {
                    return Submission.ofReply(send.getReturnCode(), String.valueOf(send.getMessage()));
                }
                default -> {
                    // The cause may be further inside.
                }
            }
        }
        return new Submission.Unreachable(server + ": " + text(error, transport));
    }

    private static String text(MessagingException error, SMTPTransport transport) {
        String reply = Optional.ofNullable(transport.getLastServerResponse()).orElse("");
        Exception cause = error.getNextException();
        String text = String.valueOf(cause == null ? error.getMessage() : cause.getMessage());
        return Submission.line(
                reply.isEmpty() || reply.startsWith("[EOF]") || text.contains(reply.strip())
                        ? text
                        : text + ": " + reply);
    }
}
