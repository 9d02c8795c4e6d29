package org.countersign.spf;

/**
 * How much work one check may be (RFC 7208 §4.6.4).
 *
 * @param dnsTerms terms that ask the DNS, over all records read; beyond it the result is permerror
 * @param voidLookups terms whose questions nothing answers; beyond it the result is permerror
 * @param mxNames hosts looked up for one mx mechanism; beyond it the result is permerror
 * @param ptrNames names of the client that are looked at; beyond it they are ignored
 */
public record SpfLimits(int dnsTerms, int voidLookups, int mxNames, int ptrNames) {
    /** What RFC 7208 §4.6.4 requires and recommends. */
    public static final SpfLimits DEFAULT = new SpfLimits(10, 2, 10, 10);

    // Includes nest as deep as there are terms, so this also bounds the stack.
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

    private static void require(String name, int value, int least) {
        if (value < least || value > MAX_LIMIT) {
            throw new IllegalArgumentException(
                    "SPF limit " + name + " is " + value + ", not between " + least + " and " + MAX_LIMIT);
        }
    }
}
