package org.countersign.syntax;

import java.security.SecureRandom;
import java.util.Arrays;

/**
 * SipHash-1-3, a hash function with a secret key (Aumasson and Bernstein, "SipHash: a fast short-input PRF"). Without the
 * key an attacker cannot choose texts with equal hashes, which would make a hash table slow. Immutable.
 */
public final class SipHash {
    private static final int BLOCK = 8;
    private static final int FINAL_ROUNDS = 3;

    private final long key0;
    private final long key1;

    SipHash(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /** A hash function with a new random key. */
    public static SipHash withRandomKey() {
        SecureRandom random = new SecureRandom();
        return new SipHash(random.nextLong(), random.nextLong());
    }

    /**
     * The hash of a text.
     *
     * @param text only the low octet of each character counts
     */
    public long hash(String text) {
        State state = new State(key0, key1);
        int length = text.length();
        int whole = length - length % BLOCK;
        for (int at = 0; at < whole; at += BLOCK) {
            state.compress(block(text, at, at + BLOCK));
        }
        state.compress(block(text, whole, length) | (long) length << 56);
        return state.finish();
    }

    /** Begins a hash of several values with 128 bits, which no two lists of values share by chance. */
    public Values values() {
        return new Values(this);
    }

    /**
     * A hash of values, in the order in which they are added. The length of a text counts too, so that other texts in a row are
     * other values. For one thread.
     */
    public static final class Values {
        private static final int WIDE_BLOCK = 4;
        // The first block of a text is none of these.
        private static final long WIDE = -1;
        private static final long EQUAL = -2;

        private static final int BLOCKS = 48;

        private final SipHash function;
        // All values, because hashing them at once has its state in registers, and hashing each as it comes has it in
        // memory.
        private long[] blocks = new long[BLOCKS];
        private int size;

        private Values(SipHash function) {
            this.function = function;
        }

        /** Adds a number. */
        public void add(long number) {
            if (size == blocks.length) {
                blocks = Arrays.copyOf(blocks, 2 * size);
            }
            blocks[size++] = number;
        }

        /** Adds two numbers as one value. */
        public void add(int first, int second) {
            add(((long) first << Integer.SIZE) | Integer.toUnsignedLong(second));
        }

        /** Adds octets. */
        public void add(Octets octets) {
            int length = octets.length();
            if (length < BLOCK) {
                long block = (long) length << 56;
                for (int i = 0; i < length; i++) {
                    block |= (long) octets.at(i) << (i * Byte.SIZE);
                }
                add(block);
                return;
            }
            add(length);
            int last = length - BLOCK;
            for (int at = 0; at < last; at += BLOCK) {
                add(octets.word(at));
            }
            add(octets.word(last));
        }

        /** Adds a text. */
        public void add(String text) {
            int length = text.length();
            long all = 0;
            if (length < BLOCK) {
                long block = (long) length << 56;
                for (int i = 0; i < length; i++) {
                    char character = text.charAt(i);
                    all |= character;
                    block |= (long) (character & 0xff) << (i * Byte.SIZE);
                }
                add(block);
            } else {
                add(length);
                int last = length - BLOCK;
                for (int at = 0; at < last; at += BLOCK) {
                    all |= addBlock(text, at);
                }
                all |= addBlock(text, last);
            }
            if (all > 0xff) {
                addWide(text);
            }
        }

        /** Adds a text that often equals one that was added before, which costs less. */
        public void add(String text, String earlier) {
            if (text.equals(earlier)) {
                add(EQUAL);
            } else {
                add(text);
            }
        }

        /** Adds the low octets of eight characters, and returns the bits that any of the characters has. */
        private int addBlock(String text, int at) {
            char c0 = text.charAt(at);
            char c1 = text.charAt(at + 1);
            char c2 = text.charAt(at + 2);
            char c3 = text.charAt(at + 3);
            char c4 = text.charAt(at + 4);
            char c5 = text.charAt(at + 5);
            char c6 = text.charAt(at + 6);
            char c7 = text.charAt(at + 7);
            add((c0 & 0xffL)
                    | (c1 & 0xffL) << 8
                    | (c2 & 0xffL) << 16
                    | (c3 & 0xffL) << 24
                    | (c4 & 0xffL) << 32
                    | (c5 & 0xffL) << 40
                    | (c6 & 0xffL) << 48
                    | (c7 & 0xffL) << 56);
            return c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7;
        }

        private void addWide(String text) {
            add(WIDE);
            for (int at = 0; at < text.length(); at += WIDE_BLOCK) {
                long block = 0;
                for (int i = Math.min(text.length(), at + WIDE_BLOCK) - 1; i >= at; i--) {
                    block = block << 16 | text.charAt(i);
                }
                add(block);
            }
        }

        /** The hash of all that was added. */
        public Halves hash() {
            State state = new State(function.key0, function.key1);
            state.v1 ^= 0xee;
            for (int i = 0; i < size; i++) {
                state.compress(blocks[i]);
            }
            state.v2 ^= 0xee;
            long first = state.result();
            state.v1 ^= 0xdd;
            return new Halves(first, state.result());
        }
    }

    /** A hash of 128 bits. */
    public record Halves(long first, long second) {}

    private static long block(String text, int from, int to) {
        long block = 0;
        for (int at = to - 1; at >= from; at--) {
            block = block << 8 | (text.charAt(at) & 0xff);
        }
        return block;
    }

    private static final class State {
        private long v0;
        private long v1;
        private long v2;
        private long v3;

        State(long key0, long key1) {
            v0 = key0 ^ 0x736f6d6570736575L;
            v1 = key1 ^ 0x646f72616e646f6dL;
            v2 = key0 ^ 0x6c7967656e657261L;
            v3 = key1 ^ 0x7465646279746573L;
        }

        void compress(long block) {
            v3 ^= block;
            round();
            v0 ^= block;
        }

        long finish() {
            v2 ^= 0xff;
            return result();
        }

        private long result() {
            for (int i = 0; i < FINAL_ROUNDS; i++) {
                round();
            }
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void round() {
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
