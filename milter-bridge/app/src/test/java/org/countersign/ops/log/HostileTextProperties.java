package org.countersign.ops.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What a sender's text can do to a line of the log: nothing, in any format. */
class HostileTextProperties {
    private static final int MAX = 8_000;
    private static final String ESCAPE = "\u001b";

    private static final Map<String, LineFormat> FORMATS = Map.of(
            "logfmt", new LogfmtFormat(true),
            "json", new JsonFormat(),
            "short", new ShortFormat(ShortFormat.Clock.NONE, false),
            "colour", new ShortFormat(ShortFormat.Clock.NONE, true));

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> hostile = Arbitraries.of(
                "\r\n<0>Nov  1 00:00:00 root[1]: ",
                "\n\nMESSAGE=forged\n",
                ESCAPE + "[2J" + ESCAPE + "]0;title\u0007",
                "\u009b31m",
                "\" verdict=accept ",
                " event=message client=bank.example[198.51.100.7] verdict=accept",
                "\\\"",
                "\",\"verdict\":\"accept",
                "\ufffd\ud800",
                "\udc00\ud83d\ude00",
                "\u202e\u2028\u0085\u007f\0",
                "x".repeat(3_000));
        return Arbitraries.oneOf(hostile, Arbitraries.strings().ofMaxLength(20))
                .list()
                .ofMaxSize(8)
                .map(parts -> String.join("", parts));
    }

    private static LogRecord event(String text, boolean verdict) {
        LogRecord event = new LogRecord(Level.INFO, "message");
        event.setLoggerName("countersign.test");
        event.setParameters(new Object[] {
            Map.entry("queue-id", text),
            Map.entry("author", text),
            Map.entry(verdict ? "verdict" : "other", verdict ? "reject" : text),
            Map.entry("reason", text)
        });
        return event;
    }

    private static String line(LineFormat format, LogRecord event) {
        return LogRoute.framed(format, any -> "", "", MAX).format(event);
    }

    @Property(tries = 300)
    void everyLineIsOneShortLineOfPrintableAscii(@ForAll("texts") String text, @ForAll boolean verdict) {
        FORMATS.forEach((name, format) -> {
            String line = line(format, event(text, verdict)).replace(ESCAPE + "[31mreject" + ESCAPE + "[0m", "reject");
            assertThat(line.chars()).as(name).allMatch(c -> c >= 0x20 && c < 0x7F);
            assertThat(line.length()).as(name).isLessThanOrEqualTo(MAX);
        });
    }

    /** Fail2ban and grep know no quotation marks. */
    @Property(tries = 300)
    void aSearchForABlankAndAKeyFindsNoTextOfASender(@ForAll("texts") String text) {
        for (String name : List.of("logfmt", "short", "colour")) {
            assertThat(line(Objects.requireNonNull(FORMATS.get(name)), event(text, true)))
                    .as(name)
                    .doesNotContain(" verdict=accept", " client=", " event=message client");
        }
    }

    @Property(tries = 300)
    void everyJsonLineIsOneObjectWithTheTextAsItsValues(@ForAll("texts") String text) throws IOException {
        Map<String, String> members = new LinkedHashMap<>();
        try (JsonParser json = new JsonFactory().createParser(line(new JsonFormat(), event(text, true)))) {
            assertThat(json.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String key = json.currentName();
                json.nextToken();
                assertThat(members.put(key, json.getText())).as(key).isNull();
            }
            assertThat(json.currentToken()).isEqualTo(JsonToken.END_OBJECT);
            assertThat(json.nextToken()).isNull();
        }
        assertThat(members.keySet())
                .containsExactlyElementsOf(
                        List.of("time", "level", "event", "queue-id", "author", "verdict", "reason", "logger"));
        assertThat(members).containsEntry("verdict", "reject");
        String reason = members.getOrDefault("reason", "");
        assertThat(reason.equals(text) || reason.endsWith("...")).isTrue();
    }

    @Property(tries = 300)
    void everyDatagramForTheJournalHasTheSameFields(@ForAll("texts") String text) {
        String datagram = line(new JournalFormat(new LogfmtFormat(false), SyslogFacility.MAIL), event(text, true));
        assertThat(datagram.length()).isLessThanOrEqualTo(MAX);
        assertThat(datagram.lines().map(line -> line.substring(0, line.indexOf('='))))
                .containsExactly(
                        "PRIORITY",
                        "SYSLOG_FACILITY",
                        "SYSLOG_IDENTIFIER",
                        "COUNTERSIGN_EVENT",
                        "COUNTERSIGN_QUEUE_ID",
                        "COUNTERSIGN_AUTHOR",
                        "COUNTERSIGN_VERDICT",
                        "COUNTERSIGN_REASON",
                        "MESSAGE");
        assertThat(datagram.chars()).allMatch(c -> c == '\n' || (c >= 0x20 && c < 0x7F));
    }
}
