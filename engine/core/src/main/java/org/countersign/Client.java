package org.countersign;

import java.net.InetAddress;

/** The SMTP client, as far as the mail server knows it. */
public sealed interface Client {
    /**
     * A client on the network.
     *
     * @param address its address; an IPv4-mapped IPv6 address counts as IPv4
     * @param hostName the name that the mail server has found for its address and has confirmed by looking the name
     *     up (RFC 8601 §3); where it has none, what the mail server says instead, such as {@code unknown} or the
     *     address in brackets, or the empty text
     */
    record Ip(InetAddress address, String hostName) implements Client {}

    /** The machine itself, which needed no connection from a network. */
    record Local() implements Client {}

    /**
     * A client whose address the mail server does not tell. It may be a stranger, so its mail is judged, by everything
     * but SPF (RFC 7208 §4.1).
     */
    record Unknown() implements Client {}
}
