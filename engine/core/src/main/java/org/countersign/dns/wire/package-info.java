/**
 * The DNS over the network. A {@link org.countersign.dns.wire.WireDnsClient} queries the recursive resolvers of its
 * {@link org.countersign.dns.wire.WireSettings}, one after another until one gives a usable answer, and converts the
 * reply to a {@link org.countersign.dns.DnsAnswer}.
 *
 * <p>{@code ServerPool} decides which server is queried next and when to give up. {@code Server} decides when a query may
 * be sent, {@code DnsExchange} sends it and receives the reply. {@code ReadinessLoop} tells the exchange when data has
 * arrived, {@code SocketFailure} describes failures of sockets. {@code InFlightQueries} decides which query is evicted
 * when there are too many. {@code CnameResolver} follows CNAME records, {@code WireRecords} converts names and records.
 *
 * <p>This is the only package that depends on dnsjava. The cache is in {@code org.countersign.dns.cache}.
 */
@NullMarked
package org.countersign.dns.wire;

import org.jspecify.annotations.NullMarked;
