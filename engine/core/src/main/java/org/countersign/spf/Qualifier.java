package org.countersign.spf;

/** What a mechanism means when it matches (RFC 7208 §4.6.2). */
public enum Qualifier {
    PASS('+'),
    FAIL('-'),
    SOFTFAIL('~'),
    NEUTRAL('?');

    private final char sign;

    Qualifier(char sign) {
        this.sign = sign;
    }

    /** The character that stands before the mechanism; {@code +} may be left out. */
    public char sign() {
        return sign;
    }
}
