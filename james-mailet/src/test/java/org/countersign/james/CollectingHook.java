package org.countersign.james;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.james.core.MailAddress;
import org.apache.james.protocols.smtp.MailEnvelope;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.MessageHook;

/** Stands where James delivers: keeps every message that gets this far. */
final class CollectingHook implements MessageHook {
    /** A message that was let through. */
    record Collected(String mailFrom, List<String> recipients, String message) {
        /** The message without the Received field that James puts on top. */
        String withoutReceived() {
            int end = 0;
            do {
                end = message.indexOf("\r\n", end) + 2;
            } while (message.charAt(end) == ' ' || message.charAt(end) == '\t');
            return message.substring(end);
        }
    }

    private final List<Collected> messages = new CopyOnWriteArrayList<>();

    @Override
    public HookResult onMessage(SMTPSession session, MailEnvelope envelope) {
        try (InputStream in = envelope.getMessageInputStream()) {
            messages.add(new Collected(
                    envelope.getMaybeSender().asString(),
                    envelope.getRecipients().stream().map(MailAddress::asString).toList(),
                    new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)));
            return HookResult.OK;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    List<Collected> messages() {
        return List.copyOf(messages);
    }
}
