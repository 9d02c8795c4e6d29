package org.countersign.signing;

import java.time.Duration;

/**
 * How signing keys are compared with the DNS.
 *
 * @param interval the time after which a key is compared again, at least {@link #MIN_INTERVAL}; zero for no comparison
 * @param unpublished what to do with mail while the DNS does not publish its key
 */
public record KeyMonitorSettings(Duration interval, UnpublishedKeyAction unpublished) {
    /** The shortest interval: a shorter one would only load the DNS. */
    public static final Duration MIN_INTERVAL = Duration.ofMinutes(1);

    /** Every hour; mail is signed nevertheless. */
    public static final KeyMonitorSettings DEFAULT =
            new KeyMonitorSettings(Duration.ofHours(1), UnpublishedKeyAction.SIGN);

    /**
     * @throws IllegalArgumentException if the interval is neither zero nor at least {@link #MIN_INTERVAL}
     */
    public KeyMonitorSettings {
        if (!interval.isZero() && interval.compareTo(MIN_INTERVAL) < 0) {
            throw new IllegalArgumentException("keys must not be compared with the DNS every " + interval);
        }
    }
}
