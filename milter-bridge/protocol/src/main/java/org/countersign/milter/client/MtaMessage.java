package org.countersign.milter.client;

import java.util.List;
import java.util.Map;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;

/**
 * A message that a mail server sends to a filter.
 *
 * @param mailFrom the sender without angle brackets; empty for the null sender
 * @param recipients the recipients without angle brackets
 * @param macros the macros of the message, with names without braces. The queue id is not sent at MAIL, because Postfix
 *     does not know it then.
 * @param body the body with CRLF line ends
 */
public record MtaMessage(
        String mailFrom, List<String> recipients, Map<String, String> macros, List<HeaderField> fields, Octets body) {
    public MtaMessage {
        recipients = List.copyOf(recipients);
        macros = Map.copyOf(macros);
        fields = List.copyOf(fields);
    }
}
