package org.countersign.james;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.server.core.MimeMessageInputStream;
import org.apache.james.smtpserver.JamesMessageHook;
import org.apache.mailet.Mail;

/** Replaces James' handler that queues mail, and collects every message. */
final class CollectingHook implements JamesMessageHook {
    /** An accepted message. */
    record Collected(String mailFrom, List<String> recipients, String message, Map<String, String> attributes) {
        /** What stands above the Received field that James puts on top of the client's message. */
        String ours() {
            return message.substring(0, received());
        }

        /** The message without the Received field and what stands above it. */
        String withoutReceived() {
            int end = received();
            do {
                end = message.indexOf("\r\n", end) + 2;
            } while (message.charAt(end) == ' ' || message.charAt(end) == '\t');
            return message.substring(end);
        }

        private int received() {
            return message.startsWith("Received: ") ? 0 : message.indexOf("\r\nReceived: ") + 2;
        }
    }

    private final List<Collected> messages = new CopyOnWriteArrayList<>();

    @Override
    public HookResult onMessage(SMTPSession session, Mail mail) {
        try (InputStream in = new MimeMessageInputStream(mail.getMessage())) {
            messages.add(new Collected(
                    mail.getMaybeSender().asString(),
                    mail.getRecipients().stream().map(MailAddress::asString).toList(),
                    new String(in.readAllBytes(), StandardCharsets.ISO_8859_1),
                    mail.attributes()
                            .collect(Collectors.toMap(
                                    attribute -> attribute.getName().asString(),
                                    attribute ->
                                            String.valueOf(attribute.getValue().value())))));
            return HookResult.OK;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } catch (MessagingException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    List<Collected> messages() {
        return List.copyOf(messages);
    }
}
