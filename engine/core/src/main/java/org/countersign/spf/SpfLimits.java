package org.countersign.spf;

/**
 * The limits on the work of one check (RFC 7208 §4.6.4).
 *
 * @param dnsTerms maximum number of terms that cause DNS lookups, over all records; more are a permerror
 * @param voidLookups maximum number of void lookups (RFC 7208 §4.6.4); more are a permerror
 * @param mxNames maximum number of hosts of one mx mechanism; more are a permerror
 * @param ptrNames maximum number of names of the client; more are ignored
 */
public record SpfLimits(int dnsTerms, int voidLookups, int mxNames, int ptrNames) {
    /** The limits that RFC 7208 §4.6.4 requires and recommends. */
    public static final SpfLimits DEFAULT = new SpfLimits(10, 2, 10, 10);

    // Includes can nest as deep as this limit on terms, so it also limits the size of the stack.
    private static final int MAX_LIMIT = 100;

    /**
     * @throws IllegalArgumentException if a limit is not between 1 (0 for void lookups) and 100
     */
    public SpfLimits {
        require("dnsTerms", dnsTerms, 1);
        require("voidLookups", voidLookups, 0);
        require("mxNames", mxNames, 1);
        require("ptrNames", ptrNames, 1);
    }

    /** The same with another limit on void lookups. */
    public SpfLimits withVoidLookups(int other) {
        return new SpfLimits(dnsTerms, other, mxNames, ptrNames);
    }

    private static void require(String name, int value, int min) {
        if (value < min || value > MAX_LIMIT) {
            throw new IllegalArgumentException(
                    "SPF limit " + name + " is " + value + ", not between " + min + " and " + MAX_LIMIT);
        }
    }
}
