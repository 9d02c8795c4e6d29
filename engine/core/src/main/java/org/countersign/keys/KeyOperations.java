package org.countersign.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.smtp.HeaderField;

/**
 * The budget of one message for public key operations and for hashing header fields, shared by DKIM and ARC. The sender
 * chooses how many signatures a message has, with which keys, and what they cover; so an operation counts whether it
 * succeeds or not. Not thread-safe.
 *
 * <p>The unit is one operation with an RSA key of 1024 bits, about four microseconds.
 */
public final class KeyOperations {
    /**
     * Enough for eight DKIM signatures and a chain of fifty ARC sets with one Ed25519 key, or of twenty ARC sets with
     * different RSA keys.
     */
    static final int BUDGET = 1536;

    /** The cost of parsing a key record that is not in the cache. */
    static final int RECORD_COST = 12;

    // The first operation with a key initializes a cipher.
    private static final int FIRST_USE_COST = 24;

    // The number of octets of header fields that are canonicalized and hashed in the time of one unit.
    private static final int HASHED_OCTETS = 1024;

    // About 0.25 milliseconds. Most messages need less in total.
    private static final int YIELD_INTERVAL = 64;

    private final int maxRsaBits;
    private final List<VerificationKey> usedKeys = new ArrayList<>(1);
    private int remaining = BUDGET;
    private int sinceYield;

    /**
     * @param maxRsaBits a longer RSA key is not used
     */
    KeyOperations(int maxRsaBits) {
        this.maxRsaBits = maxRsaBits;
    }

    /**
     * Verifies a signature.
     *
     * @param digest SHA-256 of the signed data
     * @return why the signature does not verify, or was not computed; empty if it verifies
     */
    public Optional<SignatureFailure> verify(VerificationKey key, byte[] digest, byte[] signature) {
        if (key instanceof VerificationKey.Rsa && key.bits() > maxRsaBits) {
            return failure(SignatureProblem.KEY_ABOVE_LOCAL_MAXIMUM, key.bits() + " bits");
        }
        // A signature of the wrong length needs no computation.
        if (signature.length != key.signatureLength()) {
            return failure(SignatureProblem.SIGNATURE_MISMATCH, "");
        }
        if (!trySpend(cost(key))) {
            return Optional.of(exhausted());
        }
        return key.verifies(digest, signature) ? Optional.empty() : failure(SignatureProblem.SIGNATURE_MISMATCH, "");
    }

    private int cost(VerificationKey key) {
        for (VerificationKey used : usedKeys) {
            if (used.equals(key)) {
                return key.cost();
            }
        }
        usedKeys.add(key);
        return FIRST_USE_COST + key.cost();
    }

    /** Takes the hashing of these header fields from the budget; false if it is exhausted. Short fields are free. */
    public boolean tryHash(List<HeaderField> fields) {
        return trySpend((int) (octets(fields) / HASHED_OCTETS));
    }

    /** The total size of these header fields in octets. */
    public static long octets(List<HeaderField> fields) {
        long octets = 0;
        for (int i = 0; i < fields.size(); i++) {
            octets += fields.get(i).size();
        }
        return octets;
    }

    /** Takes this cost from the budget; false if the rest of the budget is smaller. */
    boolean trySpend(int cost) {
        if (cost > remaining) {
            return false;
        }
        remaining -= cost;
        yieldAfter(cost);
        return true;
    }

    /**
     * Lets other virtual threads run from time to time. A virtual thread is not preempted while it computes, so a few
     * messages with many signatures could delay all others.
     */
    @SuppressWarnings("ThreadPriorityCheck") // Virtual threads do yield; for them this is not a mere hint.
    private void yieldAfter(int cost) {
        sinceYield += cost;
        if (sinceYield > YIELD_INTERVAL) {
            sinceYield = 0;
            Thread.yield();
        }
    }

    /** The failure of a signature that is not evaluated because the budget is exhausted. */
    public static SignatureFailure exhausted() {
        return SignatureFailure.of(SignatureProblem.TOO_MANY_KEY_OPERATIONS);
    }

    private static Optional<SignatureFailure> failure(SignatureProblem problem, String detail) {
        return Optional.of(new SignatureFailure(problem, detail));
    }
}
