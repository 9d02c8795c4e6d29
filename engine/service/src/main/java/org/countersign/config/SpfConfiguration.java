package org.countersign.config;

import org.countersign.spf.SpfLimits;

/**
 * The section {@code spf}.
 *
 * @param checkHelo {@code check-helo}: whether the HELO identity is checked beside MAIL FROM (RFC 7208 §2.3)
 * @param voidLookups {@code void-lookups}: most terms that the DNS has nothing for (RFC 7208 §4.6.4)
 */
public record SpfConfiguration(boolean checkHelo, int voidLookups) {
    static final SpfConfiguration DEFAULT = new SpfConfiguration(true, SpfLimits.DEFAULT.voidLookups());

    // Every void lookup is that of a term, so more than there may be of these means nothing.
    private static final ValueType<Integer> VOID_LOOKUPS = ValueType.integer(0, SpfLimits.DEFAULT.dnsTerms());

    /** The limits of one check, the other ones as RFC 7208 has them. */
    SpfLimits limits() {
        return SpfLimits.DEFAULT.withVoidLookups(voidLookups);
    }

    static SpfConfiguration read(ConfigSection section) {
        return new SpfConfiguration(
                section.value("check-helo", ValueType.BOOLEAN, DEFAULT.checkHelo),
                section.value("void-lookups", VOID_LOOKUPS, DEFAULT.voidLookups));
    }
}
