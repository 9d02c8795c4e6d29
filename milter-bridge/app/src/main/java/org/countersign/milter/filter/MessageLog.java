package org.countersign.milter.filter;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.countersign.MessageOutcome;
import org.countersign.domain.ReversePath;
import org.countersign.explain.LogFields;
import org.countersign.milter.session.Envelope;
import org.countersign.milter.wire.ClientAddress;

/**
 * Logs one line for each message, as pairs of key and value that the format of the log writes and escapes. The keys are
 * documented in {@code docs/log.md}.
 */
public final class MessageLog implements Consumer<FinishedMessage> {
    private static final Logger LOG = System.getLogger("countersign.message");

    // The keys that only an address or a name of a user fills.
    private static final List<String> PERSONAL = List.of("to", "user", "spf-explanation");

    private final Supplier<MessageLogSettings> settings;

    /**
     * @param settings called for each message, so that a reload takes effect with the next one
     */
    public MessageLog(Supplier<MessageLogSettings> settings) {
        this.settings = settings;
    }

    @Override
    public void accept(FinishedMessage message) {
        // A user cannot see that mail is unsigned because of its From field, so the administrator is warned.
        boolean lacksAuthor = message.outcome() instanceof MessageOutcome.Signed outcome && outcome.lacksAuthor();
        Level level = lacksAuthor ? Level.WARNING : Level.INFO;
        MessageLogSettings chosen = settings.get();
        boolean unevaluated = message.outcome() instanceof MessageOutcome.Unevaluated;
        boolean wanted = chosen.includes(message.outcome().decision())
                || ((lacksAuthor || unevaluated) && chosen.messages() != MessageLogSettings.Selection.NONE);
        if (!wanted || !LOG.isLoggable(level)) {
            return;
        }
        Map<String, String> pairs = pairs(message, chosen.recipients());
        if (!chosen.addresses()) {
            removeAddresses(pairs, message.envelope());
        }
        LOG.log(level, "message", pairs.entrySet().toArray());
    }

    private static void removeAddresses(Map<String, String> pairs, Envelope envelope) {
        PERSONAL.forEach(pairs::remove);
        if (ReversePath.parse(envelope.mailFrom()) instanceof ReversePath.Address sender) {
            pairs.put("mail-from", "<@" + sender.domainText() + ">");
        }
        pairs.replaceAll((key, value) -> key.equals("message-id") ? value : LocalParts.removeFrom(value));
    }

    private static Map<String, String> pairs(FinishedMessage message, int recipients) {
        Envelope envelope = message.envelope();
        Map<String, String> pairs = new LinkedHashMap<>();
        pairs.put("queue-id", message.queueId());
        message.messageId().ifPresent(id -> pairs.put("message-id", id));
        pairs.put("client", client(envelope));
        pairs.put("helo", envelope.helo());
        pairs.put("mail-from", ReversePath.parse(envelope.mailFrom()).toString());
        pairs.put("recipients", Integer.toString(message.recipients().count()));
        if (recipients > 0) {
            pairs.put("to", message.recipients().list(recipients));
        }
        pairs.put("body-octets", Long.toString(message.bodyOctets()));
        envelope.macros().authenticatedUser().ifPresent(user -> pairs.put("user", user));
        pairs.putAll(LogFields.of(message.outcome()));
        pairs.put("ms", Long.toString(message.took().toMillis()));
        return pairs;
    }

    private static String client(Envelope envelope) {
        return switch (envelope.clientAddress()) {
            case ClientAddress.Ip ip ->
                name(envelope.clientName()) + "[" + ip.address().getHostAddress() + "]";
            case ClientAddress.Local local -> "local";
            case ClientAddress.Unknown unknown -> "unknown";
            case ClientAddress.Unusable unusable -> "unknown";
        };
    }

    /** The client name as in the log of Postfix. For a client without a name, mail servers send none or an address. */
    private static String name(String clientName) {
        return clientName.isEmpty() || clientName.startsWith("[") ? "unknown" : clientName;
    }
}
