/**
 * The DNS as the engine sees it. A {@link org.countersign.dns.DnsClient} answers a {@link org.countersign.dns.DnsQuery}
 * with a {@link org.countersign.dns.DnsAnswer}, and never with an exception. A name that does not exist, a name without
 * records of the type, and a server that does not answer are different answers, because SPF and DMARC treat them
 * differently.
 *
 * <p>Verifiers use {@link org.countersign.dns.MessageLookups}: the client bound to one message, with the budget and the
 * deadline of this message. It makes no query twice and records each query as evidence.
 *
 * <p>Only {@code org.countersign.dns.wire} depends on a DNS library.
 */
@NullMarked
package org.countersign.dns;

import org.jspecify.annotations.NullMarked;
