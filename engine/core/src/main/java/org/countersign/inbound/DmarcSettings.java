package org.countersign.inbound;

import java.time.Duration;
import org.countersign.dmarc.DiscoveryMode;

/**
 * How DMARC is evaluated.
 *
 * @param organizationalDomain how the Organizational Domain is determined, and whether the result of the other method
 *     is recorded for comparison
 * @param deferFor how long mail of an Author Domain is deferred while DMARC cannot be evaluated for it. Then a known
 *     policy is applied as if the message had failed, and other mail is quarantined
 */
public record DmarcSettings(DiscoveryMode organizationalDomain, Duration deferFor) {
    /** By RFC 9989 alone, with 12 hours to defer mail. */
    public static final DmarcSettings DEFAULT = new DmarcSettings(DiscoveryMode.TREE_WALK, Duration.ofHours(12));

    public DmarcSettings {
        if (deferFor.isNegative()) {
            throw new IllegalArgumentException("the time to defer mail must not be negative");
        }
    }
}
