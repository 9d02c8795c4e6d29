package org.countersign.keys;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.function.Function;
import org.countersign.crypto.RsaEngine;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/**
 * Key records that were read before, by their octets: what the DNS says is asked for every message, but what
 * it means is worked out once. For any number of threads.
 */
public final class PublicKeyCache {
    // A record's octets, and what was made of them: numbers, the provider's form of the key, and a cipher.
    private static final int OVERHEAD = 2048;
    private static final long MAX_OCTETS = 12L << 20;

    private final Cache<Octets, Parsed<PublicKeyRecord, PublicKeyRecord.Malformed>> parsed = Caffeine.newBuilder()
            .maximumWeight(MAX_OCTETS)
            .weigher((Octets text, Parsed<PublicKeyRecord, PublicKeyRecord.Malformed> record) ->
                    text.length() + OVERHEAD)
            .executor(Runnable::run)
            .build();
    private final Function<Octets, Parsed<PublicKeyRecord, PublicKeyRecord.Malformed>> parser;

    /**
     * @param rsa computes with the RSA keys of the records
     */
    public PublicKeyCache(RsaEngine rsa) {
        this.parser = text -> PublicKeyRecord.parse(text, rsa);
    }

    /** What {@link PublicKeyRecord#parse} gives. */
    public Parsed<PublicKeyRecord, PublicKeyRecord.Malformed> parse(Octets text) {
        return parsed.get(text, parser);
    }
}
