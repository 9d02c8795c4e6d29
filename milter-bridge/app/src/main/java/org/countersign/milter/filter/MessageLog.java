package org.countersign.milter.filter;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.countersign.MessageOutcome;
import org.countersign.domain.ReversePath;
import org.countersign.explain.LogFields;
import org.countersign.milter.session.Envelope;
import org.countersign.milter.wire.ClientAddress;

/**
 * One line for each message, as pairs of key and value that the log's own format writes and escapes. The keys
 * are documented in {@code docs/log.md}.
 */
public final class MessageLog implements Consumer<FinishedMessage> {
    private static final Logger LOG = System.getLogger("countersign.message");

    @Override
    public void accept(FinishedMessage message) {
        // Mail of a user that is not signed for its From field is a fault that its user cannot see.
        boolean lacksAuthor = message.conclusion() instanceof MessageOutcome.Signed outcome && outcome.lacksAuthor();
        Level level = lacksAuthor ? Level.WARNING : Level.INFO;
        if (!LOG.isLoggable(level)) {
            return;
        }
        Envelope envelope = message.envelope();
        Map<String, String> pairs = new LinkedHashMap<>();
        pairs.put("queue-id", message.queueId());
        pairs.put("client", client(envelope));
        pairs.put("helo", envelope.helo());
        pairs.put("mail-from", ReversePath.parse(envelope.mailFrom()).toString());
        pairs.put("recipients", Integer.toString(message.recipients()));
        pairs.put("body-octets", Long.toString(message.bodyOctets()));
        envelope.macros().authenticatedUser().ifPresent(user -> pairs.put("user", user));
        pairs.putAll(LogFields.of(message.conclusion()));
        pairs.put("ms", Long.toString(message.took().toMillis()));
        LOG.log(level, "message", pairs.entrySet().toArray());
    }

    private static String client(Envelope envelope) {
        return switch (envelope.clientAddress()) {
            case ClientAddress.Ip ip ->
                name(envelope.clientName()) + "[" + ip.address().getHostAddress() + "]";
            case ClientAddress.Local local -> "local";
            case ClientAddress.Unknown unknown -> "unknown";
        };
    }

    /** As Postfix writes it. Where the client has no name, a mail server gives none, or the address in brackets. */
    private static String name(String clientName) {
        return clientName.isEmpty() || clientName.startsWith("[") ? "unknown" : clientName;
    }
}
