package org.countersign.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.smtp.HeaderField;

/**
 * The public key operations of one message, DKIM's and ARC's, and the hashing of its header fields, within one budget.
 * Each is weighted by the time that it takes. An operation that fails counts like any other, since the sender chooses
 * how many signatures a message has, by which keys, and what they cover. Not for several threads at once.
 *
 * <p>The unit is an operation with an RSA key of 1024 bits, about four microseconds.
 */
public final class KeyOperations {
    /**
     * Enough for a chain of fifty ARC sets by one Ed25519 key, or of twenty by RSA keys of their own, in addition to
     * eight DKIM signatures.
     */
    public static final int BUDGET = 1536;

    /** To read a key record that nobody has read before. */
    static final int COST_OF_RECORD = 12;

    // A cipher is made for the first operation with a key.
    private static final int COST_OF_KEY = 24;
    // So many octets of header fields, about, become canonical and are hashed in the time of one operation.
    private static final int HASHED_OCTETS = 1024;

    // A fifth of a millisecond or so: ordinary mail takes less in all.
    private static final int TURN = 64;

    private final int longestRsaKey;
    private final List<VerificationKey> used = new ArrayList<>(1);
    private int left = BUDGET;
    private int turn;

    /**
     * @param longestRsaKey most bits of an RSA key that is computed with
     */
    public KeyOperations(int longestRsaKey) {
        this.longestRsaKey = longestRsaKey;
    }

    /** Why the signature is not one of this digest by this key, or is not looked at; empty where it is one. */
    public Optional<SignatureFailure> check(VerificationKey key, byte[] digest, byte[] signature) {
        if (key instanceof VerificationKey.Rsa && key.bits() > longestRsaKey) {
            return failure(SignatureProblem.KEY_ABOVE_LOCAL_MAXIMUM, key.bits() + " bits");
        }
        // Of another length it costs nothing to tell.
        if (signature.length != key.signatureLength()) {
            return failure(SignatureProblem.SIGNATURE_MISMATCH, "");
        }
        if (!spend(cost(key))) {
            return Optional.of(exhausted());
        }
        return key.verifies(digest, signature) ? Optional.empty() : failure(SignatureProblem.SIGNATURE_MISMATCH, "");
    }

    private int cost(VerificationKey key) {
        for (VerificationKey known : used) {
            if (known.equals(key)) {
                return key.cost();
            }
        }
        used.add(key);
        return COST_OF_KEY + key.cost();
    }

    /** Whether these fields may still be hashed; then it is taken as done. Those of ordinary messages cost nothing. */
    public boolean mayHash(List<HeaderField> fields) {
        return spend((int) (octets(fields) / HASHED_OCTETS));
    }

    /** How many octets these fields have. */
    public static long octets(List<HeaderField> fields) {
        long octets = 0;
        for (int i = 0; i < fields.size(); i++) {
            octets += fields.get(i).size();
        }
        return octets;
    }

    /** Whether that much work may still be done; then it is taken as done. */
    public boolean spend(int cost) {
        if (cost > left) {
            return false;
        }
        left -= cost;
        takeTurns(cost);
        return true;
    }

    /**
     * Lets other virtual threads run. A virtual thread that computes is never preempted, so a few messages with many
     * signatures would keep all others waiting.
     */
    @SuppressWarnings("ThreadPriorityCheck") // no hint to a scheduler that may ignore it: virtual threads do take turns
    private void takeTurns(int cost) {
        turn += cost;
        if (turn > TURN) {
            turn = 0;
            Thread.yield();
        }
    }

    /** What is said of a signature, or a key, for which nothing is left. */
    public static SignatureFailure exhausted() {
        return SignatureFailure.of(SignatureProblem.TOO_MANY_KEY_OPERATIONS);
    }

    private static Optional<SignatureFailure> failure(SignatureProblem problem, String detail) {
        return Optional.of(new SignatureFailure(problem, detail));
    }
}
