package org.countersign.dkim;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    private final Map<Canonicalization, Pass> passes = new EnumMap<>(Canonicalization.class);
    private final Map<Request, BodyHash> hashes = new HashMap<>();
    private boolean started;
    private boolean finished;

    /**
     * Asks for a hash; asking again for the same costs nothing.
     *
     * @throws IllegalStateException if octets of the body have been taken already
     */
    public void request(Request request) {
        if (started) {
            throw new IllegalStateException("the body is being hashed already");
        }
        passes.computeIfAbsent(request.canonicalization(), Pass::new).request(request);
    }

    /** A piece of the body with CRLF line ends, cut anywhere; a CR or LF by itself is an ordinary octet. */
    public void body(byte[] octets, int offset, int length) {
        started = true;
        for (Pass pass : passes.values()) {
            pass.canonicalizer.write(octets, offset, length);
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

    /** One run of a canonicalizer, for all hashes that need it. */
    private static final class Pass implements BodySink {
        private final BodyCanonicalizer canonicalizer;
        private final List<LimitedDigest> digests = new ArrayList<>(1);
        private long bodyLength;

        Pass(Canonicalization canonicalization) {
            this.canonicalizer = canonicalization.body(this);
        }

        void request(Request request) {
            for (LimitedDigest digest : digests) {
                if (digest.request.equals(request)) {
                    return;
                }
            }
            digests.add(new LimitedDigest(request));
        }

        @Override
        public void write(byte[] octets, int offset, int length) {
            bodyLength += length;
            for (LimitedDigest digest : digests) {
                digest.write(octets, offset, length);
            }
        }

        void finish(Map<Request, BodyHash> hashes) {
            canonicalizer.finish();
            for (LimitedDigest digest : digests) {
                hashes.put(
                        digest.request, new BodyHash(Octets.wrap(digest.digest.digest()), digest.written, bodyLength));
            }
        }
    }

    /** RFC 6376 §3.7: a body hash is of what the {@code l=} tag leaves after canonicalization. */
    private static final class LimitedDigest {
        private final Request request;
        private final MessageDigest digest = Crypto.STANDARD.sha256();
        private final long limit;
        private long written;

        LimitedDigest(Request request) {
            this.request = request;
            this.limit = request.limit().orElse(Long.MAX_VALUE);
        }

        void write(byte[] octets, int offset, int length) {
            int counted = (int) Math.min(length, limit - written);
            if (counted > 0) {
                digest.update(octets, offset, counted);
                written += counted;
            }
        }
    }
}
