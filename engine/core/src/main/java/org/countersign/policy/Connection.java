package org.countersign.policy;

import java.net.InetAddress;
import java.util.Optional;

/**
 * The SMTP connection that a message arrived on.
 *
 * @param client the address of the SMTP client; empty if the mail server did not report it
 * @param hostName the host name of the client that the mail server confirmed, or its substitute for a client without a
 *     name; empty if it reported nothing
 * @param user the name that the client authenticated as, if it did
 */
public record Connection(Optional<InetAddress> client, String hostName, Optional<String> user) {}
