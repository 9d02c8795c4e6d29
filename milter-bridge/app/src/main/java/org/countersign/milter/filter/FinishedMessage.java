package org.countersign.milter.filter;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.countersign.MessageOutcome;
import org.countersign.dns.DnsTrace;
import org.countersign.milter.session.Envelope;
import org.countersign.milter.session.MacroValues;
import org.countersign.smtp.HeaderField;

/**
 * A message that was decided on, for logs, traces and counters.
 *
 * @param macros the macros at its end, including the queue id
 * @param recipients the recipients that the mail server had accepted
 * @param messageIdField the first Message-ID field, if any
 * @param headerOctets the size of the header section, in octets
 * @param bodyOctets the size of the body, in octets
 * @param took the time from MAIL FROM to the outcome
 * @param dns the DNS queries of the message; none if they are not recorded
 * @param fields the fields that the filter keeps, topmost first, at most 20, cut at 2,048 octets
 */
public record FinishedMessage(
        Envelope envelope,
        MacroValues macros,
        AcceptedRecipients recipients,
        Optional<HeaderField> messageIdField,
        long headerOctets,
        long bodyOctets,
        MessageOutcome outcome,
        Duration took,
        DnsTrace dns,
        List<HeaderField> fields) {
    /** The maximum length of {@link #messageId}, in octets. RFC 5322 allows one of 996, but nobody sends it. */
    public static final int MAX_MESSAGE_ID = 256;

    /** The maximum number of {@link #fields}. */
    static final int MAX_FIELDS = 20;

    // The memory of a message that is refused is freed before its end, but this field is kept.
    static final int MAX_FIELD = 2048;

    public FinishedMessage {
        fields = List.copyOf(fields);
    }

    /** A message whose DNS queries are not recorded. */
    public FinishedMessage(
            Envelope envelope,
            MacroValues macros,
            AcceptedRecipients recipients,
            Optional<HeaderField> messageIdField,
            long bodyOctets,
            MessageOutcome outcome,
            Duration took) {
        this(envelope, macros, recipients, messageIdField, 0, bodyOctets, outcome, took, DnsTrace.NONE, List.of());
    }

    /** The queue id of the message, or {@code -}. */
    public String queueId() {
        return macros.queueId().or(() -> envelope.macros().queueId()).orElse("-");
    }

    /**
     * The value of the Message-ID field without white space around it, one character for each octet. It is the text of a
     * stranger, cut at {@link #MAX_MESSAGE_ID}. Empty if the message has none.
     */
    public Optional<String> messageId() {
        return messageIdField
                .map(field -> field.value().trimFws())
                .filter(value -> !value.isEmpty())
                .map(value ->
                        value.slice(0, Math.min(value.length(), MAX_MESSAGE_ID)).latin1());
    }
}
