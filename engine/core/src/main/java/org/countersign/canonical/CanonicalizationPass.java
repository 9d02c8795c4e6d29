package org.countersign.canonical;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.countersign.syntax.Octets;
import org.jspecify.annotations.Nullable;

/**
 * One canonicalization of one body, for every hash that needs it: the canonicalizer writes to the digests, through a
 * {@link FooterDetector} only if one was requested. For one thread.
 */
final class CanonicalizationPass implements BodySink {
    private final Canonicalization canonicalization;
    private final BodyBuffers buffers;
    // Few: no more than signatures are evaluated.
    private final List<BodyDigest> digests = new ArrayList<>(1);
    private final List<BodyDigest> digestsBeforeTail = new ArrayList<>(0);
    private @Nullable FooterDetector footerDetector;
    private @Nullable BodyCanonicalizer canonicalizer;
    private long length;

    CanonicalizationPass(Canonicalization canonicalization, BodyBuffers buffers) {
        this.canonicalization = canonicalization;
        this.buffers = buffers;
    }

    Canonicalization canonicalization() {
        return canonicalization;
    }

    BodyBuffers buffers() {
        return buffers;
    }

    /** Adds a hash; before the body. */
    void add(OptionalLong limit) {
        digests.add(new BodyDigest(BodyDigest.limit(limit)));
    }

    /** Makes {@link #matchesPrefixBeforeFooter} possible; before the body. */
    void detectFooter() {
        if (footerDetector == null) {
            footerDetector = new FooterDetector(this, buffers);
        }
    }

    boolean detectsFooter() {
        return footerDetector != null;
    }

    boolean has(OptionalLong limit) {
        return indexOf(limit) >= 0;
    }

    private int indexOf(OptionalLong limit) {
        for (int i = 0; i < digests.size(); i++) {
            if (digests.get(i).limit() == BodyDigest.limit(limit)) {
                return i;
            }
        }
        return -1;
    }

    /** A piece of the body as it was received. */
    void body(byte[] octets, int offset, int count) {
        startedCanonicalizer().write(octets, offset, count);
    }

    private BodyCanonicalizer startedCanonicalizer() {
        BodyCanonicalizer begun = canonicalizer;
        if (begun == null) {
            begun = canonicalization.body(footerDetector == null ? this : footerDetector, buffers);
            canonicalizer = begun;
        }
        return begun;
    }

    /** A piece of the canonical body. */
    @Override
    public void write(byte[] octets, int offset, int count) {
        length += count;
        // No iterator: this runs once for every few kilobytes.
        for (int i = 0; i < digests.size(); i++) {
            digests.get(i).update(octets, offset, count);
        }
    }

    /** Ends the body; once. */
    void finish() {
        startedCanonicalizer().finish();
        if (footerDetector != null) {
            for (BodyDigest digest : digests) {
                digestsBeforeTail.add(digest.snapshot());
            }
            footerDetector.flush();
        }
        for (BodyDigest digest : digests) {
            digest.finish(length);
        }
    }

    /** The hash with this limit; empty if it was not requested, or before the end of the body. */
    Optional<BodyHash> hash(OptionalLong limit) {
        int index = indexOf(limit);
        return index < 0 ? Optional.empty() : digests.get(index).hash();
    }

    /** Whether the body without a footer has this hash; false also if that hash, or the detection, was not requested. */
    boolean matchesPrefixBeforeFooter(OptionalLong limit, Octets expected) {
        int index = indexOf(limit);
        return index >= 0
                && footerDetector != null
                && footerDetector.matchesPrefix(digestsBeforeTail.get(index), expected);
    }
}
