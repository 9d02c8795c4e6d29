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
public record KeyGuardConfiguration(Duration checkEvery, UnpublishedKey unpublished) {
    static final KeyGuardConfiguration DEFAULT = new KeyGuardConfiguration(Duration.ofHours(1), UnpublishedKey.SIGN);

    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final ValueType<Duration> INTERVAL = ValueType.duration(Duration.ZERO, Duration.ofDays(1));

    static KeyGuardConfiguration read(ConfigSection section) {
        Duration interval = section.value("check-every", INTERVAL, DEFAULT.checkEvery);
        if (interval.isPositive() && interval.compareTo(SHORTEST) < 0) {
            section.report(section.location("check-every")
                    .problem(
                            "is shorter than a minute, which only loads the DNS",
                            "raise it, or switch it off with 0s"));
            interval = SHORTEST;
        }
        return new KeyGuardConfiguration(
                interval,
                section.value(
                        "when-unpublished", ValueType.keyword(List.of(UnpublishedKey.values())), DEFAULT.unpublished));
    }
}
