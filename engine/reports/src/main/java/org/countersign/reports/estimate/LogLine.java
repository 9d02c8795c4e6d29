package org.countersign.reports.estimate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A line of the log about a message, in the format {@code logfmt} or {@code json}, with or without what syslog writes before it.
 *
 * @param pairs its keys and values, as they were before the log escaped them
 */
record LogLine(Map<String, String> pairs) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int MAX_LINE = 1 << 16;
    private static final String LOGFMT = "event=message ";
    private static final String JSON_EVENT = "\"event\":\"message\"";
    // RFC 3164 §4.1.2 has no year: this one has a 29 February.
    private static final int ANY_YEAR = 2000;
    private static final DateTimeFormatter BSD_DATE = DateTimeFormatter.ofPattern("MMM d", Locale.ENGLISH);
    // journalctl -o short-iso writes the offset without a colon.
    private static final DateTimeFormatter OFFSET_TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .optionalStart()
            .appendOffsetId()
            .optionalEnd()
            .optionalStart()
            .appendOffset("+HHMM", "Z")
            .optionalEnd()
            .toFormatter(Locale.ROOT);

    LogLine {
        pairs = Map.copyOf(pairs);
    }

    /** Parses a line; empty for one about something else, or that is not whole. */
    static Optional<LogLine> parse(String line) {
        if (line.length() > MAX_LINE) {
            return Optional.empty();
        }
        int json = line.indexOf('{');
        if (json >= 0 && line.indexOf(JSON_EVENT, json) > 0) {
            return json(line.substring(json)).map(pairs -> withDay(pairs, line.substring(0, json)));
        }
        int event = (line + " ").indexOf(LOGFMT);
        // A value has no blank before something that looks like a key, so this is the key of the line itself.
        if (event < 0 || (event > 0 && line.charAt(event - 1) != ' ')) {
            return Optional.empty();
        }
        int start = Math.max(line.lastIndexOf("time=", event), 0);
        return logfmt(line.substring(start)).map(pairs -> withDay(pairs, line));
    }

    private static LogLine withDay(Map<String, String> pairs, String prefix) {
        if (!pairs.containsKey("time")) {
            pairs.put("prefix", prefix);
        }
        return new LogLine(pairs);
    }

    private static Optional<Map<String, String>> json(String object) {
        Map<String, String> pairs = new HashMap<>();
        try (JsonParser parser = JSON.createParser(object)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (!parser.nextToken().isScalarValue()) {
                    return Optional.empty();
                }
                pairs.put(name, parser.getText());
            }
            return "message".equals(pairs.get("event")) ? Optional.of(pairs) : Optional.empty();
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    private static Optional<Map<String, String>> logfmt(String text) {
        Map<String, String> pairs = new HashMap<>();
        int at = 0;
        while (at < text.length()) {
            int equals = text.indexOf('=', at);
            int blank = text.indexOf(' ', at);
            if (equals < 0) {
                break;
            }
            if (blank >= 0 && blank < equals) {
                // What syslog wrote before the pairs.
                at = blank + 1;
                continue;
            }
            StringBuilder value = new StringBuilder();
            int end = value(text, equals + 1, value);
            if (end < 0) {
                return Optional.empty();
            }
            pairs.putIfAbsent(text.substring(at, equals), value.toString());
            at = end + 1;
        }
        return Optional.of(pairs);
    }

    /** Reads a value to the blank behind it; -1 if its quotation mark is not closed. */
    private static int value(String text, int from, StringBuilder value) {
        if (from >= text.length() || text.charAt(from) != '"') {
            int end = text.indexOf(' ', from);
            int stop = end < 0 ? text.length() : end;
            value.append(text, from, stop);
            return stop;
        }
        for (int i = from + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                return i + 1;
            }
            // What other escapes mean does not matter: equal text stays equal.
            if (c == '\\' && i + 1 < text.length()) {
                i++;
            }
            value.append(text.charAt(i));
        }
        return -1;
    }

    String text(String key) {
        return pairs.getOrDefault(key, "");
    }

    /**
     * The day in UTC. Without a time in the line, the day is the one that syslog wrote: in its own time zone, and perhaps without a
     * year.
     */
    Optional<LocalDate> day() {
        String time = text("time");
        if (!time.isEmpty()) {
            return instant(time);
        }
        String prefix = text("prefix");
        int blank = prefix.indexOf(' ');
        if (blank > 0 && Character.isDigit(prefix.charAt(0))) {
            return instant(prefix.substring(0, blank));
        }
        return prefix.length() < 6
                ? Optional.empty()
                : bsd(prefix.substring(0, 6).replace("  ", " "));
    }

    private static Optional<LocalDate> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text, OFFSET_TIME)
                    .withOffsetSameInstant(ZoneOffset.UTC)
                    .toLocalDate());
        } catch (DateTimeException other) {
            return Optional.empty();
        }
    }

    private static Optional<LocalDate> bsd(String text) {
        try {
            return Optional.of(MonthDay.parse(text, BSD_DATE).atYear(ANY_YEAR));
        } catch (DateTimeException other) {
            return Optional.empty();
        }
    }
}
