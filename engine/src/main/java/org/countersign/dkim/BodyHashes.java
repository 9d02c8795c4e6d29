package org.countersign.dkim;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.countersign.syntax.Octets;

/**
 * Hashes one body for all the signatures of a message, those of ARC included: each canonicalization runs
 * once, and each distinct hash is computed once. First the requests, then the body, then the hashes. Not
 * for several threads at once.
 */
public final class BodyHashes {
    /**
     * A hash that a signature needs.
     *
     * @param limit the {@code l=} tag: how many octets of the canonical body count; empty for all
     */
    public record Request(Canonicalization canonicalization, OptionalLong limit) {}

    private static final int PIECE = 64 * 1024;

    private final Map<Canonicalization, Pass> passes = new EnumMap<>(Canonicalization.class);
    private final Map<Request, BodyHash> hashes = new HashMap<>();
    private boolean started;
    private boolean finished;

    /**
     * Asks for a hash; asking again for the same costs nothing, at any time.
     *
     * @throws IllegalStateException for another hash once octets of the body have been taken
     */
    public void request(Request request) {
        Pass known = passes.get(request.canonicalization());
        if (known != null && known.digests.containsKey(request)) {
            return;
        }
        if (started) {
            throw new IllegalStateException("the body is being hashed already");
        }
        passes.computeIfAbsent(request.canonicalization(), Pass::new).request(request);
    }

    /** A piece of the body with CRLF line ends, cut anywhere; a CR or LF by itself is an ordinary octet. */
    public void body(byte[] octets, int offset, int length) {
        started = true;
        // In pieces that are still in the processor's cache when their canonical form is hashed.
        int end = offset + length;
        for (int from = offset; from < end; from += PIECE) {
            for (Pass pass : passes.values()) {
                pass.canonicalizer.write(octets, from, Math.min(PIECE, end - from));
            }
        }
    }

    /**
     * The hash that was asked for; the first call ends the body.
     *
     * @throws IllegalArgumentException if it was not asked for
     */
    public BodyHash hash(Request request) {
        if (!finished) {
            started = true;
            finished = true;
            passes.values().forEach(pass -> pass.finish(hashes));
        }
        BodyHash hash = hashes.get(request);
        if (hash == null) {
            throw new IllegalArgumentException("not requested: " + request);
        }
        return hash;
    }

    /**
     * Whether the body would have this hash without some lines at its end, of a few kilobytes together; to be asked
     * behind {@link #hash}.
     */
    boolean hashedBeforeFooter(Request request, Octets expected) {
        Pass pass = Objects.requireNonNull(passes.get(request.canonicalization()));
        BodyDigest digest = pass.digests.get(request);
        return digest != null && pass.canonical.hasBeginning(digest, expected);
    }

    /** One run of a canonicalizer, for all hashes that need it. */
    private static final class Pass {
        private final CanonicalBody canonical = new CanonicalBody();
        private final BodyCanonicalizer canonicalizer;
        private final Map<Request, BodyDigest> digests = new LinkedHashMap<>(2);

        Pass(Canonicalization canonicalization) {
            this.canonicalizer = canonicalization.body(canonical);
        }

        void request(Request request) {
            BodyDigest digest = new BodyDigest(request.limit().orElse(Long.MAX_VALUE));
            digests.put(request, digest);
            canonical.add(digest);
        }

        void finish(Map<Request, BodyHash> hashes) {
            canonicalizer.finish();
            digests.forEach((request, digest) -> hashes.put(request, canonical.hash(digest)));
        }
    }
}
