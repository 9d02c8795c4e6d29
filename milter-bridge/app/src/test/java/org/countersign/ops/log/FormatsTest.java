package org.countersign.ops.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What lines look like, in each format and for each destination. */
class FormatsTest {
    private static final Instant TIME = Instant.parse("2026-11-03T12:00:03.412Z");
    private static final int LONG = 100_000;

    private static LogRecord event(Level level, String name, Map.Entry<?, ?>... pairs) {
        LogRecord event = new LogRecord(level, name);
        event.setInstant(TIME);
        event.setLoggerName("countersign.test");
        event.setParameters(pairs);
        return event;
    }

    private static LogRecord message() {
        return event(
                Level.INFO,
                "message",
                Map.entry("queue-id", "4XYZ"),
                Map.entry("message-id", "<1@bank.example>"),
                Map.entry("client", "unknown[192.0.2.1]"),
                Map.entry("recipients", "2"),
                Map.entry("to", "a@x.example,b@x.example"),
                Map.entry("author", "bank.example"),
                Map.entry("verdict", "accept"),
                Map.entry("would-be", "reject"),
                Map.entry("rule", "dmarc-reject"),
                Map.entry("reason", "DMARC of bank.example fails, and its policy is \"reject\"."));
    }

    private static String line(LineFormat format, LogRecord event) {
        return LogRoute.framed(format, any -> "", "", LONG).format(event);
    }

    @Test
    void logfmtHasAllPairs() {
        assertThat(line(new LogfmtFormat(true), message()))
                .isEqualTo("time=2026-11-03T12:00:03.412Z level=info event=message queue-id=4XYZ"
                        + " message-id=<1@bank.example> client=unknown[192.0.2.1] recipients=2"
                        + " to=\"a@x.example,b@x.example\" author=bank.example verdict=accept would-be=reject"
                        + " rule=dmarc-reject reason=\"DMARC of bank.example fails, and its policy is \\\"reject\\\".\""
                        + " logger=countersign.test");
        assertThat(line(new LogfmtFormat(false), message())).startsWith("level=info event=message queue-id=4XYZ ");
    }

    @Test
    void jsonHasAllPairsAndNumbers() {
        assertThat(line(new JsonFormat(), message()))
                .isEqualTo("{\"time\":\"2026-11-03T12:00:03.412Z\",\"level\":\"info\",\"event\":\"message\","
                        + "\"queue-id\":\"4XYZ\",\"message-id\":\"<1@bank.example>\",\"client\":\"unknown[192.0.2.1]\","
                        + "\"recipients\":2,\"to\":\"a@x.example,b@x.example\",\"author\":\"bank.example\","
                        + "\"verdict\":\"accept\",\"would-be\":\"reject\",\"rule\":\"dmarc-reject\","
                        + "\"reason\":\"DMARC of bank.example fails, and its policy is \\\"reject\\\".\","
                        + "\"logger\":\"countersign.test\"}");
        assertThat(line(new JsonFormat(), event(Level.INFO, "message", Map.entry("queue-id", "123"))))
                .contains("\"queue-id\":\"123\"");
        assertThat(line(new JsonFormat(), event(Level.INFO, "dns", Map.entry("hits", 12L), Map.entry("share", 0.5))))
                .contains("\"hits\":12,\"share\":\"0.5\"");
    }

    @Test
    void shortHasWhatAPersonLooksFor() {
        String text = "4XYZ accept would-be=reject from=bank.example client=unknown[192.0.2.1]"
                + " to=\"a@x.example,b@x.example\" rule=dmarc-reject:"
                + " DMARC of bank.example fails, and its policy is \"reject\".";
        assertThat(line(new ShortFormat(ShortFormat.Clock.NONE, false), message()))
                .isEqualTo(text);
        assertThat(line(new ShortFormat(ShortFormat.Clock.DATE_AND_TIME, false), message()))
                .isEqualTo("2026-11-03T12:00:03.412Z " + text);
        String here = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).format(TIME.atZone(ZoneId.systemDefault()));
        assertThat(line(new ShortFormat(ShortFormat.Clock.TIME_OF_DAY, true), message()))
                .isEqualTo(here + " " + text.replace("accept", "\u001b[32maccept\u001b[0m"));
    }

    @Test
    void shortNamesOtherEventsAndTheirLevel() {
        ShortFormat format = new ShortFormat(ShortFormat.Clock.NONE, false);
        assertThat(line(format, event(Level.INFO, "listening", Map.entry("address", "inet:127.0.0.1:8891"))))
                .isEqualTo("listening address=inet:127.0.0.1:8891");
        assertThat(line(format, event(Level.WARNING, "dns-unavailable"))).isEqualTo("warning: dns-unavailable");
        LogRecord failure = event(Level.SEVERE, "failed");
        failure.setThrown(new IllegalStateException("no way"));
        assertThat(line(format, failure))
                .startsWith("error: failed exception=\"java.lang.IllegalStateException: no way\" at=")
                .contains("FormatsTest");
        assertThat(line(new ShortFormat(ShortFormat.Clock.NONE, true), event(Level.SEVERE, "failed")))
                .isEqualTo("\u001b[31merror:\u001b[0m failed");
    }

    @ParameterizedTest
    @CsvSource({
        "SEVERE,  not-started, 18",
        "SEVERE,  other,       19",
        "WARNING, other,       20",
        "INFO,    other,       22",
        "FINE,    other,       23",
    })
    void syslogLinesBeginAsThoseOfPostfix(String level, String name, int priority) {
        String time = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).format(TIME.atZone(ZoneId.systemDefault()));
        String line = LogRoute.framed(
                        new LogfmtFormat(false),
                        new SyslogFormat(SyslogFacility.MAIL, 42)::prefix,
                        "",
                        SyslogFormat.MAX_LINE)
                .format(event(Level.parse(level), name));
        assertThat(line)
                .matches("<" + priority + ">Nov  [1-9] " + time + " countersign\\[42]: level=\\w+ event=" + name
                        + " logger=countersign.test");
    }

    @Test
    void anotherFacilityHasOtherPriorities() {
        assertThat(new SyslogFormat(SyslogFacility.LOCAL7, 1).prefix(event(Level.INFO, "x")))
                .startsWith("<190>");
    }

    @Test
    void theJournalGetsAFieldForEachPair() {
        assertThat(line(
                        new JournalFormat(new ShortFormat(ShortFormat.Clock.NONE, false), SyslogFacility.MAIL),
                        event(
                                Level.WARNING,
                                "odd",
                                Map.entry("queue-id", "4XYZ"),
                                Map.entry("helo", "a\nPRIORITY=0\u00fc"))))
                .isEqualTo("""
                        PRIORITY=4
                        SYSLOG_FACILITY=2
                        SYSLOG_IDENTIFIER=countersign
                        COUNTERSIGN_EVENT=odd
                        COUNTERSIGN_QUEUE_ID=4XYZ
                        COUNTERSIGN_HELO=a\\x0aPRIORITY=0\\xfc
                        MESSAGE=warning: odd queue-id=4XYZ helo="a\\x0aPRIORITY=0\\xfc"
                        """);
    }

    @Test
    void aLineThatIsTooLongKeepsItsStructure() {
        LogRecord event = event(
                Level.INFO,
                "message",
                Map.entry("queue-id", "4XYZ"),
                Map.entry("reason", "why not ".repeat(5_000)),
                Map.entry("last", "end"));
        Formatter logfmt = LogRoute.framed(new LogfmtFormat(false), any -> "<22>", "\n", 8_000);
        assertThat(logfmt.format(event))
                .hasSizeBetween(1_000, 8_000)
                .startsWith("<22>level=info event=message queue-id=4XYZ reason=\"why not ")
                .endsWith("...\" last=end logger=countersign.test\n");
        assertThat(LogRoute.framed(new JsonFormat(), any -> "", "", 8_000).format(event))
                .hasSizeBetween(1_000, 8_000)
                .endsWith("...\",\"last\":\"end\",\"logger\":\"countersign.test\"}");
        Map.Entry<?, ?>[] many = new Map.Entry<?, ?>[2_000];
        java.util.Arrays.setAll(many, i -> Map.entry("k" + i, "value of " + i));
        assertThat(logfmt.format(event(Level.INFO, "many", many)))
                .hasSize(8_000)
                .endsWith("...\n");
    }
}
