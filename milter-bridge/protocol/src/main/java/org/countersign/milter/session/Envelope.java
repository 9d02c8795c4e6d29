package org.countersign.milter.session;

import java.util.List;
import org.countersign.milter.wire.ClientAddress;

/**
 * The information about a message at its MAIL command.
 *
 * @param clientAddress the address of the SMTP client
 * @param clientName the client's host name as sent by the mail server; if it has none, its address in brackets or
 *     {@code unknown}
 * @param helo the name in the last HELO or EHLO; empty if there was none
 * @param mailFrom the address of MAIL FROM as sent by the mail server, usually in angle brackets
 * @param parameters the parameters of the MAIL command, such as {@code SIZE=1000}
 * @param macros the macros of the connection and the MAIL command
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
