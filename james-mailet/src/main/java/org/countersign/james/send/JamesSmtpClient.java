package org.countersign.james.send;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import javax.mail.Address;
import javax.mail.MessagingException;
import javax.mail.Session;
import javax.mail.Transport;
import javax.mail.URLName;
import javax.mail.internet.InternetAddress;
import javax.mail.internet.MimeMessage;
import org.countersign.reports.send.MailAddress;
import org.countersign.reports.send.MailServer;
import org.countersign.reports.send.ObservedSockets;
import org.countersign.reports.send.SmtpClient;
import org.countersign.reports.send.Submission;
import org.countersign.syntax.Ascii;

/**
 * Hands reports to a mail server by the SMTP transport that James delivers mail with. It uses the public interface of the library
 * only, since James 3.8 and later versions have it in different packages. One thread submits, and another one may cancel.
 */
public final class JamesSmtpClient implements SmtpClient {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    // The filters of a server run before its last reply.
    private static final Duration REPLY = Duration.ofSeconds(90);
    private static final int CODE = 3;

    private final AtomicReference<Optional<Socket>> open = new AtomicReference<>(Optional.empty());

    private Session session(MailAddress sender) {
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.localhost", sender.domain().toString());
        properties.setProperty("mail.smtp.from", sender.toString());
        properties.setProperty("mail.smtp.auth", "false");
        properties.setProperty("mail.smtp.dsn.notify", "FAILURE");
        properties.setProperty("mail.smtp.dsn.ret", "HDRS");
        properties.setProperty("mail.smtp.connectiontimeout", Long.toString(CONNECT.toMillis()));
        properties.setProperty("mail.smtp.timeout", Long.toString(REPLY.toMillis()));
        properties.setProperty("mail.smtp.writetimeout", Long.toString(REPLY.toMillis()));
        // A socket that this object knows can be closed while another thread waits for it.
        properties.put("mail.smtp.socketFactory", new ObservedSockets(socket -> open.set(Optional.of(socket))));
        properties.setProperty("mail.smtp.socketFactory.fallback", "false");
        return Session.getInstance(properties);
    }

    @Override
    public Submission submit(MailServer server, MailAddress sender, MailAddress recipient, byte[] message) {
        Session session = session(sender);
        try {
            Transport transport = session.getTransport(new URLName("smtp://" + server));
            try {
                transport.connect();
                return send(transport, session, server, recipient, message);
            } finally {
                close(transport);
            }
        } catch (MessagingException error) {
            return new Submission.Unreachable(unreachable(server, error));
        }
    }

    private static Submission send(
            Transport transport, Session session, MailServer server, MailAddress recipient, byte[] message) {
        try {
            InternetAddress to = new InternetAddress();
            to.setAddress(recipient.toString());
            // Its octets are sent as they are, because nothing in it is changed.
            transport.sendMessage(new MimeMessage(session, new ByteArrayInputStream(message)), new Address[] {to});
            return new Submission.Accepted(server + " has accepted it");
        } catch (MessagingException error) {
            return failure(server, error);
        }
    }

    private void close(Transport transport) {
        try {
            transport.close();
        } catch (MessagingException gone) {
            // The message was accepted or not before.
        }
        open.set(Optional.empty());
    }

    /** The library throws an exception for the message with one for the recipient or the sender inside. */
    private static Submission failure(MailServer server, MessagingException error) {
        String reply = "";
        boolean isSender = false;
        for (Exception next = error; next instanceof MessagingException cause; next = cause.getNextException()) {
            String text = String.valueOf(cause.getMessage()).strip();
            if (startsWithCode(text)) {
                reply = text;
                // The one name of a class that tells a refused sender apart, the same in all versions of the library.
                isSender = cause.getClass().getSimpleName().equals("SMTPSenderFailedException");
            }
        }
        if (reply.isEmpty()) {
            return new Submission.Unreachable(unreachable(server, error));
        }
        return isSender
                ? Submission.ofRefusedSender(reply)
                : Submission.ofReply(Integer.parseInt(reply.substring(0, CODE)), reply);
    }

    private static boolean startsWithCode(String text) {
        return text.length() > CODE
                && text.substring(0, CODE).chars().allMatch(Ascii::isDigit)
                && (text.charAt(CODE) == ' ' || text.charAt(CODE) == '-');
    }

    private static String unreachable(MailServer server, MessagingException error) {
        Exception cause = error.getNextException();
        return Submission.line(server + ": " + (cause == null ? error.getMessage() : cause.getMessage()));
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
}
