package org.countersign.inbound;

import org.countersign.spf.SpfLimits;

/**
 * How SPF is checked.
 *
 * @param checkHelo whether HELO is checked in addition to MAIL FROM (RFC 7208 §2.3)
 * @param limits the work that one check may cause (RFC 7208 §4.6.4)
 */
public record SpfSettings(boolean checkHelo, SpfLimits limits) {
    /** Checks both identities, within the limits of RFC 7208. */
    public static final SpfSettings DEFAULT = new SpfSettings(true, SpfLimits.DEFAULT);
}
