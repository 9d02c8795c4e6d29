package org.countersign.ops.log;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.logging.LogRecord;
import org.countersign.syntax.LogPairs;

/**
 * Formats each event as a short line for people. A message has its queue ID, the verdict, who sent it, and the rule with
 * its reason. Other events have their name and their pairs.
 *
 * @param clock what precedes the line
 * @param coloured whether verdicts and levels are in colour, for a terminal
 */
record ShortFormat(Clock clock, boolean coloured) implements LineFormat {
    private static final DateTimeFormatter WALL_CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final String RED = "\u001b[31m";
    private static final String GREEN = "\u001b[32m";
    private static final String YELLOW = "\u001b[33m";
    private static final String RESET = "\u001b[0m";

    /** The time at the beginning of a line. */
    enum Clock {
        /** For a destination that writes the time itself. */
        NONE,
        /** The time of day of this place, for somebody who watches. */
        TIME_OF_DAY,
        /** Date and time in UTC. */
        DATE_AND_TIME
    }

    @Override
    public String format(LogRecord event, String name, int maxValue) {
        StringBuilder line = new StringBuilder(160);
        switch (clock) {
            case NONE -> {}
            case TIME_OF_DAY ->
                line.append(WALL_CLOCK.format(event.getInstant().atZone(ZoneId.systemDefault())))
                        .append(' ');
            case DATE_AND_TIME -> line.append(EventFields.time(event)).append(' ');
        }
        switch (SyslogPriority.of(event)) {
            case CRITICAL, ERROR -> line.append(colour("error:", RED)).append(' ');
            case WARNING -> line.append(colour("warning:", YELLOW)).append(' ');
            case INFORMATION, DEBUG -> {}
        }
        Map<String, String> pairs = new LinkedHashMap<>();
        EventFields.forEachPair(event, (key, value) -> pairs.put(key, String.valueOf(value)));
        if (name.equals("message") && pairs.containsKey("verdict")) {
            appendMessage(line, pairs, maxValue);
        } else {
            line.append(LogPairs.text(name, maxValue));
            pairs.forEach((key, value) -> LogPairs.append(line, key, value, maxValue));
        }
        appendException(line, event, maxValue);
        return line.toString();
    }

    private void appendMessage(StringBuilder line, Map<String, String> pairs, int maxValue) {
        String verdict = pairs.getOrDefault("verdict", "");
        line.append(LogPairs.text(pairs.getOrDefault("queue-id", "-"), maxValue))
                .append(' ')
                .append(colour(verdict, colourOf(verdict)));
        for (String key : new String[] {"would-be", "author", "client", "user", "to", "signed-by"}) {
            String value = pairs.getOrDefault(key, "");
            if (!value.isEmpty()) {
                LogPairs.append(line, key.equals("author") ? "from" : key, value, maxValue);
            }
        }
        LogPairs.append(line, "rule", pairs.getOrDefault("rule", ""), maxValue);
        line.append(": ").append(LogPairs.text(pairs.getOrDefault("reason", ""), maxValue));
    }

    /** A stack trace is no short line: the first line says what happened, and the second one where. */
    private static void appendException(StringBuilder line, LogRecord event, int maxValue) {
        Throwable thrown = event.getThrown();
        if (thrown != null) {
            LogPairs.append(line, "exception", thrown.toString(), maxValue);
            if (thrown.getStackTrace().length > 0) {
                LogPairs.append(line, "at", thrown.getStackTrace()[0].toString(), maxValue);
            }
        }
    }

    private static String colourOf(String verdict) {
        return switch (verdict) {
            case "accept" -> GREEN;
            case "reject", "discard" -> RED;
            default -> YELLOW;
        };
    }

    private String colour(String text, String colour) {
        return coloured ? colour + text + RESET : text;
    }
}
