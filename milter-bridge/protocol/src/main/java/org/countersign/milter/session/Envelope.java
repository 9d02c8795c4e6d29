package org.countersign.milter.session;

import java.util.List;
import org.countersign.milter.wire.ClientAddress;

/**
 * What is known of a message at its MAIL command.
 *
 * @param clientAddress where the SMTP client comes from
 * @param clientName the client's host name as the mail server tells it; its address in brackets, or
 *     {@code unknown}, where it has none
 * @param helo the name in the last HELO or EHLO, empty where there was none
 * @param mailFrom the address of MAIL FROM as the mail server passed it, usually in angle brackets
 * @param parameters of the MAIL command, {@code SIZE=1000}
 * @param macros of the connection and the MAIL command
 */
public record Envelope(
        ClientAddress clientAddress,
        String clientName,
        String helo,
        String mailFrom,
        List<String> parameters,
        MacroValues macros) {
    public Envelope {
        parameters = List.copyOf(parameters);
    }
}
