package org.countersign.james.mail;

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
import org.countersign.james.message.HeaderEditor;
import org.countersign.smtp.HeaderEdit;

/**
 * Applies header edits to a mail in James without the mail API. The mail API would rewrite the whole header section and
 * perhaps MIME fields, which can break signatures. Instead the mail gets a new source of octets, which James keeps in a
 * file if it is large.
 */
public final class MailEditor {
    private MailEditor() {}

    /**
     * Edits a mail.
     *
     * @param above how many octets of the original message are above the part that the edits refer to
     * @throws IllegalStateException if the mail is not James' own implementation
     */
    public static void apply(Mail mail, long above, List<HeaderEdit> edits) throws IOException, MessagingException {
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
                HeaderEditor.copy(in, isOriginal(own) ? above : 0, edits, out);
            }
            // Disposes of the previous source.
            own.setMessageContent(edited);
        } catch (IOException | MessagingException | RuntimeException failure) {
            edited.dispose();
            throw failure;
        }
    }

    /** Whether no earlier handler has changed the message. */
    private static boolean isOriginal(Mail mail) throws MessagingException {
        return mail.getMessage() instanceof MimeMessageWrapper message && !message.isModified();
    }
}
