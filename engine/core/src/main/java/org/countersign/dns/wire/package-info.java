/**
 * The DNS over the network. A {@link org.countersign.dns.wire.WireDnsClient} asks the recursive
 * resolvers of its {@link org.countersign.dns.wire.WireSettings}, one after the other until one has an
 * answer that can be used, and turns what comes back into a {@link org.countersign.dns.DnsAnswer}.
 *
 * <p>A class for each step: {@code ServerPool} decides which server is asked next and when to give up,
 * {@code Server} when a query may start, {@code DnsExchange} sends it and takes the answer. {@code ReadinessLoop} tells
 * the exchange when something has arrived, {@code SocketFailure} describes failures of sockets. {@code InFlightQueries} decides
 * which one gives way when there are too many, {@code CnameResolver} follows CNAME records through one message or several,
 * {@code WireRecords} turns records and names of the library into the engine's own. This is the only package that sees
 * dnsjava, and it has no cache: that is {@code org.countersign.dns.cache}.
 */
@NullMarked
package org.countersign.dns.wire;

import org.jspecify.annotations.NullMarked;
