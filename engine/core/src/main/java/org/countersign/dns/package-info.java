/**
 * The DNS as the engine sees it. {@link org.countersign.dns.DnsClient} answers one
 * {@link org.countersign.dns.DnsQuery} with one {@link org.countersign.dns.DnsAnswer}, and no answer
 * is an exception: a name that does not exist, a name without that kind of record and a server that
 * does not answer mean different things to SPF and DMARC and stay apart.
 *
 * <p>Verifiers hold a {@link org.countersign.dns.MessageLookups}: the client bound to one message, with
 * that message's budget and deadline, asking nothing twice and keeping the list of what was asked.
 *
 * <p>Only {@code org.countersign.dns.wire} sees a DNS library.
 */
@NullMarked
package org.countersign.dns;

import org.jspecify.annotations.NullMarked;
