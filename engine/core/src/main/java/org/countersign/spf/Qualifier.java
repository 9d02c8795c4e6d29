package org.countersign.spf;

/** The result if a mechanism matches (RFC 7208 §4.6.2). */
public enum Qualifier {
    PASS('+', SpfResult.Kind.PASS),
    FAIL('-', SpfResult.Kind.FAIL),
    SOFTFAIL('~', SpfResult.Kind.SOFTFAIL),
    NEUTRAL('?', SpfResult.Kind.NEUTRAL);

    private final char sign;
    private final SpfResult.Kind result;

    Qualifier(char sign, SpfResult.Kind result) {
        this.sign = sign;
        this.result = result;
    }

    /** The character before the mechanism; {@code +} may be omitted. */
    public char sign() {
        return sign;
    }

    SpfResult.Kind result() {
        return result;
    }
}
