package org.countersign.policy;

import java.net.InetAddress;
import java.util.Optional;

/**
 * Who sent a message to us.
 *
 * @param client the address of the SMTP client; empty where the mail server did not tell
 * @param hostName what the mail server found and confirmed the client to be called, or whatever it shows for a client
 *     without a name; the empty text where it said nothing
 * @param user who the client has proved to be, where it has
 */
public record Connection(Optional<InetAddress> client, String hostName, Optional<String> user) {}
