package org.countersign.keys;

import org.countersign.syntax.Octets;

/** The passphrase of an encrypted key. Its text never contains the secret. */
public final class Passphrase {
    /** Maximum length in octets. */
    public static final int MAX_LENGTH = 1024;

    private final Octets octets;

    private Passphrase(Octets octets) {
        this.octets = octets;
    }

    /** The content of a passphrase file, without the line end after it. */
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

    /** Whether it is neither empty nor longer than {@link #MAX_LENGTH}. */
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
