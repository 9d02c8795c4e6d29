package org.countersign.milter.client;

import java.util.Map;
import org.countersign.milter.wire.ClientAddress;

/**
 * An SMTP session to act out.
 *
 * @param clientName host name of the client, or its address in brackets
 * @param macros of the connection, names without braces
 */
public record MtaSession(String clientName, ClientAddress clientAddress, String helo, Map<String, String> macros) {
    public MtaSession {
        macros = Map.copyOf(macros);
    }
}
