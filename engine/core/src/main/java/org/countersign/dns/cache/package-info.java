/**
 * A cache for DNS answers. A {@link org.countersign.dns.cache.CachingDnsClient} wraps any
 * {@link org.countersign.dns.DnsClient}, and is one itself. {@link org.countersign.dns.cache.CacheSettings} bounds its
 * size and the lifetime of answers.
 *
 * <p>A query that is not in the cache starts a lookup on a thread of its own, with a deadline of its own. All callers with
 * the same query wait for this lookup. So a slow name delays each message no longer than its own deadline, and a message
 * that gives up does not cancel the lookup for the others.
 */
@NullMarked
package org.countersign.dns.cache;

import org.jspecify.annotations.NullMarked;
