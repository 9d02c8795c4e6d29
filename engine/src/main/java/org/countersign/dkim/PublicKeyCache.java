package org.countersign.dkim;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.countersign.syntax.Octets;

/**
 * Key records that were read before, by their octets: what the DNS says is asked for every message, but what
 * it means is worked out once. For any number of threads.
 */
final class PublicKeyCache {
    // A record's octets, and a kilobyte for what was made of them.
    private static final int OVERHEAD = 1024;
    private static final long MOST_OCTETS = 8L << 20;

    private final Cache<Octets, PublicKeyRecord.Parsing> parsed = Caffeine.newBuilder()
            .maximumWeight(MOST_OCTETS)
            .weigher((Octets text, PublicKeyRecord.Parsing record) -> text.length() + OVERHEAD)
            .executor(Runnable::run)
            .build();

    /** What {@link PublicKeyRecord#parse} gives. */
    PublicKeyRecord.Parsing parse(Octets text) {
        return parsed.get(text, PublicKeyRecord::parse);
    }
}
