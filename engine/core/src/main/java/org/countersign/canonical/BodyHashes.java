package org.countersign.canonical;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    private final Optional<BodyBuffers.Pool> pool;
    // At most one of each canonicalization.
    private final List<Pass> passes = new ArrayList<>(2);
    private boolean started;
    private boolean finished;
    private boolean released;

    /** With memory of its own. */
    public BodyHashes() {
        this(Optional.empty());
    }

    /** With memory from a pool until {@link #release}, or without it for good. */
    public BodyHashes(Optional<BodyBuffers.Pool> pool) {
        this.pool = pool;
    }

    /**
     * Asks for a hash; asking again for the same costs nothing, at any time.
     *
     * @throws IllegalStateException for another hash once octets of the body have been taken
     */
    public void request(Request request) {
        if (find(request).isPresent()) {
            return;
        }
        if (started) {
            throw new IllegalStateException("the body is being hashed already");
        }
        passOf(request.canonicalization())
                .orElseGet(() -> begin(request.canonicalization()))
                .add(request);
    }

    private Pass begin(Canonicalization canonicalization) {
        BodyBuffers buffers = pool.map(BodyBuffers.Pool::take).orElseGet(BodyBuffers::ofItsOwn);
        Pass pass = new Pass(canonicalization, buffers);
        passes.add(pass);
        return pass;
    }

    private Optional<Pass> passOf(Canonicalization canonicalization) {
        for (Pass pass : passes) {
            if (pass.canonicalization == canonicalization) {
                return Optional.of(pass);
            }
        }
        return Optional.empty();
    }

    private Optional<Hashing> find(Request request) {
        return passOf(request.canonicalization()).flatMap(pass -> pass.find(request.limit()));
    }

    /** A hash of header fields that is to be finished before the next one is begun, and before the body. */
    public HeaderHash headerHash(Canonicalization canonicalization) {
        return passes.isEmpty() || started
                ? new HeaderHash(canonicalization)
                : new HeaderHash(canonicalization, passes.get(0).buffers.first());
    }

    /** A piece of the body with CRLF line ends, cut anywhere; a CR or LF by itself is an ordinary octet. */
    public void body(byte[] octets, int offset, int length) {
        if (finished) {
            throw new IllegalStateException("the body has ended");
        }
        started = true;
        // In pieces that are still in the processor's cache when their canonical form is hashed.
        int end = offset + length;
        for (int from = offset; from < end; from += PIECE) {
            for (Pass pass : passes) {
                pass.canonicalizer.write(octets, from, Math.min(PIECE, end - from));
            }
        }
    }

    private void finish() {
        if (!finished) {
            started = true;
            finished = true;
            passes.forEach(Pass::finish);
        }
    }

    /**
     * The hash that was asked for; the first call ends the body.
     *
     * @throws IllegalArgumentException if it was not asked for
     */
    public BodyHash hash(Request request) {
        finish();
        return find(request)
                .flatMap(Hashing::value)
                .orElseThrow(() -> new IllegalArgumentException("not requested: " + request));
    }

    /**
     * Whether the body would have this hash without some lines at its end, of a few kilobytes together; to be asked
     * between {@link #hash} and {@link #release}.
     */
    public boolean hashedBeforeFooter(Request request, Octets expected) {
        if (released) {
            throw new IllegalStateException("the memory of the body may be another message's");
        }
        return passOf(request.canonicalization())
                .flatMap(pass -> pass.find(request.limit())
                        .map(hashing -> pass.canonical.hasBeginning(hashing.digest, expected)))
                .orElse(false);
    }

    /**
     * Ends the body and lets go of the memory that it took. The hashes stay. For the thread that has
     * written the body and no other: memory that another still writes to would soon be another message's too.
     */
    public void release() {
        finish();
        if (!released) {
            released = true;
            passes.forEach(pass -> pool.ifPresent(from -> from.giveBack(pass.buffers)));
        }
    }

    /** One hash of a canonical body. */
    private static final class Hashing {
        private final OptionalLong limit;
        private final BodyDigest digest;
        private Optional<BodyHash> value = Optional.empty();

        Hashing(OptionalLong limit) {
            this.limit = limit;
            this.digest = new BodyDigest(limit.orElse(Long.MAX_VALUE));
        }

        Optional<BodyHash> value() {
            return value;
        }
    }

    /** One run of a canonicalizer, for all hashes that need it. */
    private static final class Pass {
        private final Canonicalization canonicalization;
        private final List<Hashing> hashings = new ArrayList<>(1);
        private final BodyBuffers buffers;
        private final CanonicalBody canonical;
        private final BodyCanonicalizer canonicalizer;

        Pass(Canonicalization canonicalization, BodyBuffers buffers) {
            this.canonicalization = canonicalization;
            this.buffers = buffers;
            this.canonical = new CanonicalBody(buffers);
            this.canonicalizer = canonicalization.body(canonical, buffers);
        }

        void add(Request request) {
            Hashing hashing = new Hashing(request.limit());
            hashings.add(hashing);
            canonical.add(hashing.digest);
        }

        Optional<Hashing> find(OptionalLong limit) {
            // Few: no more than signatures are evaluated.
            for (Hashing hashing : hashings) {
                if (hashing.limit.equals(limit)) {
                    return Optional.of(hashing);
                }
            }
            return Optional.empty();
        }

        void finish() {
            canonicalizer.finish();
            hashings.forEach(hashing -> hashing.value = Optional.of(canonical.hash(hashing.digest)));
        }
    }
}
