package org.countersign.config;

import java.time.Duration;
import java.util.List;
import org.countersign.signing.UnpublishedKey;

/**
 * The section {@code signing.key-guard}.
 *
 * @param checkEvery {@code check-every}: after what time a key is compared with the DNS anew; zero for never
 * @param unpublished {@code when-unpublished}
 */
public record KeyMonitorSettings(Duration checkEvery, UnpublishedKey unpublished) {
    static final KeyMonitorSettings DEFAULT = new KeyMonitorSettings(Duration.ofHours(1), UnpublishedKey.SIGN);

    private static final Duration MIN_INTERVAL = Duration.ofMinutes(1);
    private static final ValueType<Duration> INTERVAL = ValueType.duration(Duration.ZERO, Duration.ofDays(1));

    static KeyMonitorSettings read(ConfigSection section) {
        Duration interval = section.value("check-every", INTERVAL, DEFAULT.checkEvery);
        if (interval.isPositive() && interval.compareTo(MIN_INTERVAL) < 0) {
            section.report(section.location("check-every")
                    .problem(
                            "is shorter than a minute, which only loads the DNS",
                            "raise it, or switch it off with 0s"));
            interval = MIN_INTERVAL;
        }
        return new KeyMonitorSettings(
                interval,
                section.value(
                        "when-unpublished", ValueType.keyword(List.of(UnpublishedKey.values())), DEFAULT.unpublished));
    }
}
