/**
 * Answers kept for as long as the DNS allows. A {@link org.countersign.dns.cache.CachingDnsClient} stands
 * before any {@link org.countersign.dns.DnsClient} and is one itself; how much it keeps and how long is in
 * {@link org.countersign.dns.cache.CacheSettings}.
 *
 * <p>A question that is not in the cache becomes a flight: one look-up on a thread of its own, with a
 * deadline of its own, that everybody who asks the same meanwhile waits for. So a slow name costs each
 * message no more than the message's own deadline, and a message that gives up takes nobody's answer away.
 */
@NullMarked
package org.countersign.dns.cache;

import org.jspecify.annotations.NullMarked;
