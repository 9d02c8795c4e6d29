package org.countersign.ops.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LogfmtFormatTest {
    private static String line(LogRecord event) {
        return LogRoute.framed(new LogfmtFormat(true), any -> "", "\n", 100_000).format(event);
    }

    private static String format(Level level, String message, Object... parameters) {
        LogRecord event = new LogRecord(level, message);
        event.setInstant(Instant.parse("2026-11-23T12:00:00.123Z"));
        event.setLoggerName("milter.session");
        event.setParameters(parameters);
        return line(event);
    }

    @Test
    void writesOneLineOfPairs() {
        assertThat(format(Level.INFO, "listening"))
                .isEqualTo("time=2026-11-23T12:00:00.123Z level=info event=listening logger=milter.session\n");
    }

    @Test
    void showsTheTimeInMillisecondsAlsoOnTheSecond() {
        LogRecord event = new LogRecord(Level.INFO, "x");
        event.setInstant(Instant.parse("2026-11-23T12:00:00Z"));
        assertThat(line(event)).startsWith("time=2026-11-23T12:00:00.000Z ");
        event.setInstant(Instant.parse("2026-11-23T12:00:00.123456789Z"));
        assertThat(line(event)).startsWith("time=2026-11-23T12:00:00.123Z ");
    }

    @Test
    void addsThePairsFromTheParameters() {
        assertThat(format(
                        Level.WARNING,
                        "message {0} judged",
                        7,
                        Map.entry("queue", "4Xy:z"),
                        Map.entry("from", "<a@example.org>"),
                        Map.entry("why", "no DNS"),
                        Map.entry("empty", "")))
                .contains(" level=warning event=\"message 7 judged\" queue=4Xy:z from=<a@example.org>"
                        + " why=\"no DNS\" empty=\"\" logger=milter.session\n");
    }

    @Test
    void escapesValuesThatCouldBreakALineOrAddAPair() {
        String line = format(Level.SEVERE, "a\nb", Map.entry("helo", "x\" verdict=pass \\\r\n\u001b[0m\u2028\u00e9"));
        assertThat(line)
                .isEqualTo(
                        "time=2026-11-23T12:00:00.123Z level=error event=\"a\\x0ab\""
                                + " helo=\"x\\\"\\x20verdict=pass \\\\\\x0d\\x0a\\x1b[0m\\u2028\\xe9\" logger=milter.session\n");
    }

    @Test
    void keepsAStackTraceOnTheLine() {
        LogRecord event = new LogRecord(Level.FINE, "odd");
        event.setThrown(new IllegalStateException("what \"now\""));
        assertThat(line(event))
                .contains(
                        " level=debug event=odd logger=null",
                        "stack=\"java.lang.IllegalStateException: what \\\"now\\\"\\x0a\\x09at ")
                .endsWith("\"\n")
                .hasLineCount(1);
    }
}
