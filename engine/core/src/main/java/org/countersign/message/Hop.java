package org.countersign.message;

import java.net.InetAddress;

/**
 * The client of one SMTP session, as its server saw it.
 *
 * @param helo the name that it gave with HELO or EHLO, or the empty text
 */
public record Hop(InetAddress address, String helo) {}
