package org.countersign.message;

import java.net.InetAddress;

/**
 * The client of one SMTP session, as recorded by its server.
 *
 * @param helo the name in HELO or EHLO; may be empty
 */
public record Hop(InetAddress address, String helo) {}
