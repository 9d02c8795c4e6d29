package org.countersign.milter.client;

import java.util.Map;
import org.countersign.milter.wire.ClientAddress;

/**
 * The SMTP session that a mail server reports to a filter.
 *
 * @param clientName the host name of the client, or its address in brackets
 * @param macros the macros of the connection, with names without braces
 */
public record MtaSession(String clientName, ClientAddress clientAddress, String helo, Map<String, String> macros) {
    public MtaSession {
        macros = Map.copyOf(macros);
    }
}
