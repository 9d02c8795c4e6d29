package org.countersign.keys;

import org.countersign.syntax.Octets;

/** What opens an encrypted key. Never shows what it holds. */
public final class Passphrase {
    /** The longest that is taken, in octets. */
    public static final int MAX_LENGTH = 1024;

    private final Octets octets;

    private Passphrase(Octets octets) {
        this.octets = octets;
    }

    /** A passphrase as it stands in a file, where a line end behind it does not belong to it. */
    public static Passphrase of(Octets text) {
        int end = text.length();
        if (end > 0 && text.at(end - 1) == '\n') {
            end--;
        }
        if (end > 0 && text.at(end - 1) == '\r') {
            end--;
        }
        return new Passphrase(text.slice(0, end));
    }

    /** Whether it is one: not empty, and no longer than {@link #MAX_LENGTH}. */
    public boolean isUsable() {
        return !octets.isEmpty() && octets.length() <= MAX_LENGTH;
    }

    byte[] toByteArray() {
        return octets.toByteArray();
    }

    @Override
    public String toString() {
        return "(a passphrase)";
    }
}
