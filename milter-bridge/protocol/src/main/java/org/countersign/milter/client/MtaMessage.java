package org.countersign.milter.client;

import java.util.List;
import java.util.Map;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;

/**
 * A message to act out.
 *
 * @param mailFrom without angle brackets, empty for the null sender
 * @param recipients without angle brackets
 * @param macros of the message, names without braces; the queue id is held back at MAIL, as Postfix does not
 *     know it there
 * @param body with CRLF line ends
 */
public record MtaMessage(
        String mailFrom, List<String> recipients, Map<String, String> macros, List<HeaderField> fields, Octets body) {
    public MtaMessage {
        recipients = List.copyOf(recipients);
        macros = Map.copyOf(macros);
        fields = List.copyOf(fields);
    }
}
