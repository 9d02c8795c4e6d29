package org.countersign.canonical;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.countersign.syntax.Octets;

/**
 * Hashes one body for all signatures of a message, those of ARC included. Each canonicalization runs once, and each distinct hash
 * is computed once: first come the requests, then the body in pieces, then the hashes. For one thread.
 *
 * <h2>Canonicalization in pieces</h2>
 * A body arrives in pieces cut anywhere, between CR and LF too, and is never kept as a whole. For each canonicalization a
 * {@link CanonicalizationPass} connects a {@link BodyCanonicalizer} to the digests. {@link SimpleBody} changes only the end of a
 * body. {@link RelaxedBody} also changes white space, and whether a white-space octet is kept depends on the next two octets. So it
 * copies all but the last two octets of a piece with lookahead, and those two through a small state machine, the white-space
 * run, which the next piece continues.
 *
 * <h2>Why long stretches are not copied</h2>
 * In ordinary text few octets change. {@link WhitespaceScanner} marks them eight at a time without branches, in a loop that
 * the compiler vectorizes, and all stretches between them are canonical as they are. A long stretch is hashed from where it is. Short
 * ones are collected in a buffer first, because many short updates cost a digest more than the copy does.
 *
 * <h2>The buffers</h2>
 * A buffer has five kilobytes ({@link BodyBuffers#SIZE}), so that it stays in the level 1 cache between canonicalization and
 * hash. A large piece is processed in parts of 64 KiB, which stay in the level 2 cache. {@link BodySink#handOver} exchanges a full buffer for
 * a free one instead of copying it. Buffers return to a {@link BodyBuffers.Pool} after the message. A body without a pool starts
 * with empty buffers, which grow to what a small body needs.
 *
 * <h2>What is held back, and why</h2>
 * <ul>
 *   <li>Line ends that may be the end of the body, since empty lines at the end do not count (RFC 6376 §3.4.3, §3.4.4). They are
 *       held back as a number, so a body of nothing but line ends takes no memory.
 *   <li>The white-space run at the end of a piece, as two flags and a number.
 *   <li>The last four kilobytes of the canonical body, if footer detection was requested. A verifier can then tell that a body
 *       was intact until lines were appended. A digest cannot be rewound, so {@link FooterDetector} stands before the digests and
 *       delays them. After them, it would have to copy their state for every buffer, which takes 4 % of the time of the hash.
 *       Signers do not request detection, and their canonicalizer writes to the digests directly.
 * </ul>
 *
 * <h2>The measured gain</h2>
 * For 1 MiB of text with relaxed canonicalization, the benchmark's mail, SHA-256 alone takes 0.51 ms, this class 0.64 ms, and
 * 0.66 ms with footer detection. At 40 KB, white space takes 3 µs of a verification of 42 µs ({@code src/jmh/RESULTS.md}).
 * The pool saves 30–50 % of the memory allocated per verified signature.
 *
 * <h2>What a simpler version costs</h2>
 * {@code PlainCanonicalization} in the tests does the same in forty lines, octet by octet, and is the oracle of the properties.
 * Writing into one large array, it takes 4.1 ms for the same body: the canonicalization is 25 times as slow, and the whole
 * hash six times. It would make verifying a message of 1 MiB five times as expensive, and canonicalization rather than
 * cryptography the largest part. Without the pool or the exchange of buffers the code would lose about eighty lines, and
 * each message would allocate the buffers again.
 */
public final class BodyHashes {
    /**
     * A hash that a signature needs.
     *
     * @param limit the {@code l=} tag: maximum number of octets of the canonical body in the hash; empty for all
     */
    public record Request(Canonicalization canonicalization, OptionalLong limit) {}

    private static final int PIECE = 64 * 1024;

    private final Optional<BodyBuffers.Pool> pool;
    // At most one for each canonicalization.
    private final List<CanonicalizationPass> passes = new ArrayList<>(2);
    private boolean started;
    private boolean finished;
    private boolean released;

    /** Hashes with buffers of their own. */
    public BodyHashes() {
        this(Optional.empty());
    }

    /** Hashes with buffers from a pool until {@link #release}. */
    public BodyHashes(Optional<BodyBuffers.Pool> pool) {
        this.pool = pool;
    }

    /**
     * Requests a hash. Requesting the same hash again costs nothing, at any time.
     *
     * @throws IllegalStateException for another hash after the body has begun
     */
    public void request(Request request) {
        if (isRequested(request)) {
            return;
        }
        requireNotStarted();
        passOf(request.canonicalization())
                .orElseGet(() -> begin(request.canonicalization()))
                .add(request.limit());
    }

    /**
     * Requests a hash, and that {@link #matchesPrefixBeforeFooter} can be called for it.
     *
     * @throws IllegalStateException for something that was not requested before the body began
     */
    public void requestWithFooterDetection(Request request) {
        request(request);
        CanonicalizationPass pass = passOf(request.canonicalization()).orElseThrow();
        if (!pass.detectsFooter()) {
            requireNotStarted();
            pass.detectFooter();
        }
    }

    private void requireNotStarted() {
        if (started) {
            throw new IllegalStateException("the body has begun");
        }
    }

    private CanonicalizationPass begin(Canonicalization canonicalization) {
        BodyBuffers buffers = pool.map(BodyBuffers.Pool::acquire).orElseGet(BodyBuffers::unpooled);
        CanonicalizationPass pass = new CanonicalizationPass(canonicalization, buffers);
        passes.add(pass);
        return pass;
    }

    private Optional<CanonicalizationPass> passOf(Canonicalization canonicalization) {
        for (CanonicalizationPass pass : passes) {
            if (pass.canonicalization() == canonicalization) {
                return Optional.of(pass);
            }
        }
        return Optional.empty();
    }

    private boolean isRequested(Request request) {
        return passOf(request.canonicalization())
                .filter(pass -> pass.has(request.limit()))
                .isPresent();
    }

    /**
     * A hash of header fields that shares a buffer with the body: call {@link HeaderHash#digestWith} before the next one is
     * requested and before the body.
     */
    public HeaderHash headerHash(Canonicalization canonicalization) {
        return passes.isEmpty() || started
                ? new HeaderHash(canonicalization)
                : new HeaderHash(canonicalization, passes.get(0).buffers().first());
    }

    /**
     * A piece of the body, which may be cut anywhere. Line ends are CRLF; a bare CR or LF is content.
     *
     * @throws IllegalStateException after the end of the body
     */
    public void body(byte[] octets, int offset, int length) {
        if (finished) {
            throw new IllegalStateException("the body has ended");
        }
        started = true;
        // In pieces that are still in the level 2 cache when their canonical form is hashed.
        int end = offset + length;
        for (int from = offset; from < end; from += PIECE) {
            for (CanonicalizationPass pass : passes) {
                pass.body(octets, from, Math.min(PIECE, end - from));
            }
        }
    }

    private void finish() {
        if (!finished) {
            started = true;
            finished = true;
            passes.forEach(CanonicalizationPass::finish);
        }
    }

    /**
     * A hash that was requested. The first call ends the body.
     *
     * @throws IllegalArgumentException if the hash was not requested
     */
    public BodyHash hash(Request request) {
        finish();
        return passOf(request.canonicalization())
                .flatMap(pass -> pass.hash(request.limit()))
                .orElseThrow(() -> new IllegalArgumentException("not requested: " + request));
    }

    /**
     * Whether the body without some lines at its end would have this hash, because somebody appended them. Call it after
     * {@link #hash} and before {@link #release}.
     *
     * @return false also if the appended lines are longer than a few kilobytes, or more than 64
     * @throws IllegalStateException after {@link #release}
     */
    public boolean matchesPrefixBeforeFooter(Request request, Octets expected) {
        if (released) {
            throw new IllegalStateException("the buffers may be in use by another message");
        }
        return passOf(request.canonicalization())
                .filter(pass -> pass.matchesPrefixBeforeFooter(request.limit(), expected))
                .isPresent();
    }

    /**
     * Ends the body and returns the buffers to the pool. The hashes remain available. Only for the thread that writes the
     * body: buffers that are still written to would belong to another message.
     */
    public void release() {
        finish();
        if (!released) {
            released = true;
            passes.forEach(pass -> pool.ifPresent(from -> from.release(pass.buffers())));
        }
    }
}
