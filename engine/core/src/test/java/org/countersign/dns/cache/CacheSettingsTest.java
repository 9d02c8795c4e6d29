package org.countersign.dns.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CacheSettingsTest {
    private static CacheSettings settings(String minTtl, String maxTtl, String failureTtl, String serveStale) {
        return new CacheSettings(
                1 << 20,
                Duration.parse(minTtl),
                Duration.parse(maxTtl),
                Duration.parse(failureTtl),
                Duration.parse(serveStale));
    }

    private static void assertRefused(
            String minTtl, String maxTtl, String failureTtl, String serveStale, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(minTtl, maxTtl, failureTtl, serveStale))
                .withMessage(message);
    }

    @Test
    void zeroDisablesCachedFailuresAndStaleAnswers() {
        CacheSettings settings = settings("PT0S", "PT1S", "PT0S", "PT0S");

        assertThat(settings.failureTtl()).isZero();
        assertThat(settings.serveStale()).isZero();
    }

    @Test
    void theMaximumValuesAreAccepted() {
        assertThat(settings("PT5M", "P7D", "PT5M", "P3D").maxTtl()).isEqualTo(Duration.ofDays(7));
    }

    @Test
    void valuesOutOfRangeAreRefusedWithTheirName() {
        assertRefused(
                "PT-1S",
                "PT1H",
                "PT0S",
                "PT0S",
                "the minimum TTL of the DNS cache must be between zero and PT5M: PT-1S");
        assertRefused(
                "PT6M", "PT1H", "PT0S", "PT0S", "the minimum TTL of the DNS cache must be between zero and PT5M: PT6M");
        assertRefused(
                "PT0S",
                "PT169H",
                "PT0S",
                "PT0S",
                "the maximum TTL of the DNS cache must be between zero and PT168H: PT169H");
        assertRefused("PT0S", "PT0S", "PT0S", "PT0S", "the maximum TTL of the DNS cache must be above zero");
        assertRefused(
                "PT0S",
                "PT1H",
                "PT5M1S",
                "PT0S",
                "the TTL of failures of the DNS cache must be between zero and PT5M: PT5M1S");
        assertRefused(
                "PT0S",
                "PT1H",
                "PT0S",
                "PT73H",
                "the time for stale answers of the DNS cache must be between zero and PT72H: PT73H");
        assertRefused(
                "PT2M", "PT1M", "PT0S", "PT0S", "the minimum TTL of the DNS cache, PT2M, is above the maximum, PT1M");
    }

    @Test
    void aCacheTooSmallForAnAnswerIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new CacheSettings(65_535, Duration.ZERO, Duration.ofDays(1), Duration.ZERO, Duration.ZERO))
                .withMessage("a DNS cache takes at least 65536 bytes, not 65535");
    }
}
