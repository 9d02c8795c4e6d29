package org.countersign.keys;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.function.Function;
import org.countersign.crypto.RsaEngine;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/**
 * Parsed key records by their text. The record is still looked up for every message; only parsing is saved. Thread-safe.
 */
public final class PublicKeyCache {
    // The estimated size of a parsed record in addition to its text: numbers, the key of the provider, and a cipher.
    private static final int OVERHEAD = 2048;
    // Signers choose the keys, so the cache must not fill the heap.
    private static final int HEAP_DIVISOR = 8;
    private static final long MAX_OCTETS =
            Math.min(12L << 20, Runtime.getRuntime().maxMemory() / HEAP_DIVISOR);

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

    /** Returns the result of {@link PublicKeyRecord#parse(Octets, RsaEngine)}. */
    Parsed<PublicKeyRecord, PublicKeyRecord.Malformed> parse(Octets text) {
        return parsed.get(text, parser);
    }
}
