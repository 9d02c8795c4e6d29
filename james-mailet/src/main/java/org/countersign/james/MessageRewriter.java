package org.countersign.james;

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
 * The octets of a mail, rewritten step by step, and given back to it at the end. Like any message of James' they are in
 * memory as long as they are few, otherwise in a temporary file; only their latest form is kept.
 */
final class MessageRewriter implements AutoCloseable {
    private final MailImpl mail;
    private MimeMessageInputStreamSource now;
    private boolean given;

    /** One rewriting. */
    @FunctionalInterface
    interface Step {
        void write(InputStream message, OutputStream out) throws IOException;
    }

    /**
     * Begins with the message as James will send it: with the header that James writes, which after an edit is not what
     * the mailet that edited it saw, and with CRLF line ends only.
     *
     * @throws IllegalStateException when the mail is not James' own
     */
    MessageRewriter(Mail mail) throws IOException {
        if (!(mail instanceof MailImpl own)) {
            throw new IllegalStateException("a mail of " + mail.getClass().getName() + " cannot be edited");
        }
        this.mail = own;
        this.now = written(own, out -> {
            try {
                own.getMessage().writeTo(new CrlfOutput(out));
            } catch (MessagingException unwritable) {
                throw new IOException("James cannot write the message", unwritable);
            }
        });
    }

    private interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private static MimeMessageInputStreamSource written(Mail mail, Content content) throws IOException {
        MimeMessageInputStreamSource source = MimeMessageInputStreamSource.create(mail.getName());
        boolean whole = false;
        try {
            try (OutputStream out = new BufferedOutputStream(source.getWritableOutputStream(), 16 * 1024)) {
                content.writeTo(out);
            }
            whole = true;
            return source;
        } finally {
            if (!whole) {
                source.dispose();
            }
        }
    }

    /** The message as it is now. */
    InputStream open() throws IOException {
        return now.getInputStream();
    }

    /** How many octets it has now. */
    long size() throws IOException {
        return now.getMessageSize();
    }

    /** Rewrites it. */
    void take(Step step) throws IOException {
        MimeMessageInputStreamSource next = written(mail, out -> {
            try (InputStream in = open()) {
                step.write(in, out);
            }
        });
        now.dispose();
        now = next;
    }

    /** Makes it the message of the mail: James will write just these octets. */
    void give() throws MessagingException {
        given = true;
        mail.setMessageContent(now);
    }

    @Override
    public void close() {
        if (!given) {
            now.dispose();
        }
    }
}
