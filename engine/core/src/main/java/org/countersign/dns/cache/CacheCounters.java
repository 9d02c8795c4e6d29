package org.countersign.dns.cache;

/**
 * What a cache has done since it was made, and what it holds now. The numbers are read one after the
 * other, so under load they need not add up to the last digit.
 *
 * @param hits questions answered at once, with an answer or with a failure that is remembered
 * @param misses questions that had to wait for a flight, their own or another's
 * @param stale answers given out past their TTL; each of them is a hit or a miss as well
 * @param failures flights that came back without a usable answer
 * @param overloads flights that were given up, or did not start, for want of room
 * @param evictions answers dropped for lack of room
 * @param entries answers held now, by estimate
 * @param bytes memory that they take, by estimate
 */
public record CacheCounters(
        long hits, long misses, long stale, long failures, long overloads, long evictions, long entries, long bytes) {}
