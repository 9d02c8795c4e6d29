package org.countersign;

import java.net.InetAddress;

/** The SMTP client, as far as the mail server knows it. */
public sealed interface Client {
    /**
     * A client on the network.
     *
     * @param address its address; an IPv4-mapped IPv6 address counts as IPv4
     * @param hostName the name that the mail server found for the address and confirmed by a forward lookup (RFC 8601
     *     §3). Otherwise what the mail server says instead, such as {@code unknown} or the address in brackets, or the
     *     empty text
     */
    record Ip(InetAddress address, String hostName) implements Client {}

    /** This machine, without a network connection. */
    record Local() implements Client {}

    /**
     * A client whose address the mail server does not know. It may be anybody, so its mail is judged, without a result
     * of SPF (RFC 7208 §4.1).
     */
    record Unknown() implements Client {}
}
