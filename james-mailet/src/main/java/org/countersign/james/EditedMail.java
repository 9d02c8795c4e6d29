package org.countersign.james;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import javax.mail.MessagingException;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStream;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.james.server.core.MimeMessageWrapper;
import org.apache.mailet.Mail;
import org.countersign.smtp.HeaderEdit;

/**
 * Carries out header edits on a mail in James' hands without the mail API, by which James would write the whole header
 * section, and perhaps MIME fields, anew: the mail gets a new source of octets, in a file like any of James' own when it
 * is large.
 */
final class EditedMail {
    private EditedMail() {}

    /**
     * Edits a mail.
     *
     * @param above how many octets of the message as it came stand above what the edits speak of
     * @throws IllegalStateException when the mail is not James' own
     */
    static void apply(Mail mail, long above, List<HeaderEdit> edits) throws IOException, MessagingException {
        if (edits.isEmpty()) {
            return;
        }
        if (!(mail instanceof MailImpl own)) {
            throw new IllegalStateException("a mail of " + mail.getClass().getName() + " cannot be edited");
        }
        MimeMessageInputStreamSource edited = MimeMessageInputStreamSource.create(own.getName());
        try {
            try (InputStream in = new MimeMessageInputStream(own.getMessage());
                    OutputStream out = edited.getWritableOutputStream()) {
                HeaderEditor.copy(in, isAsItCame(own) ? above : 0, edits, out);
            }
            // Gives up the source before.
            own.setMessageContent(edited);
        } catch (IOException | MessagingException | RuntimeException failure) {
            edited.dispose();
            throw failure;
        }
    }

    /** Whether no handler before has changed the message. */
    private static boolean isAsItCame(Mail mail) throws MessagingException {
        return mail.getMessage() instanceof MimeMessageWrapper message && !message.isModified();
    }
}
