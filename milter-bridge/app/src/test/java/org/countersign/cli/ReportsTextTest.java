package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.countersign.reports.view.ViewPeriod;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportsTextTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    @ParameterizedTest
    @CsvSource({"7, 30", "30, 400", "90, 400"})
    void daysWithoutReportsAreFollowedByTheHintToMoreDaysThanThese(int shown, int hint) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ReportsText(new PrintStream(out, true, StandardCharsets.UTF_8))
                .nothing(List.of("example.org"), Optional.of(NOW), ViewPeriod.lastDays(shown, NOW));
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("The last one came at 2026-11-28 12:00 UTC.", "More days: --days " + hint + "\n");
    }
}
