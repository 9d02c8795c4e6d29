package org.countersign.james.mailet;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import javax.mail.MessagingException;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.mailet.Mail;
import org.countersign.james.message.CrlfOutput;

/**
 * Rewrites the octets of a mail in steps, and can make the result the new message of the mail. Like James' own messages,
 * the octets are kept in memory while they are few, and otherwise in a temporary file. Only the latest version is kept.
 */
final class MessageRewriter implements AutoCloseable {
    private final MailImpl mail;
    private MimeMessageInputStreamSource current;
    private boolean handedOver;

    /** One rewriting step. */
    @FunctionalInterface
    interface Step {
        void write(InputStream message, OutputStream out) throws IOException;
    }

    /**
     * Writes the message as James will send it: with CRLF line ends, and with the header section that James generates.
     * After an edit by a mailet that section can differ from what the mailet saw.
     *
     * @throws IllegalStateException if the mail is not James' own implementation
     */
    MessageRewriter(Mail mail) throws IOException {
        if (!(mail instanceof MailImpl own)) {
            throw new IllegalStateException("a mail of " + mail.getClass().getName() + " cannot be edited");
        }
        this.mail = own;
        this.current = written(own, out -> {
            try {
                own.getMessage().writeTo(new CrlfOutput(out));
            } catch (MessagingException failure) {
                throw new IOException("James cannot write the message", failure);
            }
        });
    }

    private interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private static MimeMessageInputStreamSource written(Mail mail, Content content) throws IOException {
        MimeMessageInputStreamSource source = MimeMessageInputStreamSource.create(mail.getName());
        boolean complete = false;
        try {
            try (OutputStream out = new BufferedOutputStream(source.getWritableOutputStream(), 16 * 1024)) {
                content.writeTo(out);
            }
            complete = true;
            return source;
        } finally {
            if (!complete) {
                source.dispose();
            }
        }
    }

    /** Opens the current version of the message. */
    InputStream read() throws IOException {
        return current.getInputStream();
    }

    /** The size of the current version, in octets. */
    long size() throws IOException {
        return current.getMessageSize();
    }

    /** Makes the output of a step the current version. */
    void rewrite(Step step) throws IOException {
        MimeMessageInputStreamSource next = written(mail, out -> {
            try (InputStream in = read()) {
                step.write(in, out);
            }
        });
        current.dispose();
        current = next;
    }

    /** Makes the current version the message of the mail. James will send exactly these octets. */
    void replaceOriginal() throws MessagingException {
        handedOver = true;
        mail.setMessageContent(current);
    }

    @Override
    public void close() {
        if (!handedOver) {
            current.dispose();
        }
    }
}
