package org.countersign.ops;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.countersign.syntax.LogPairs;

/**
 * Formats each event as one line of {@code key=value} pairs: time in milliseconds, level, event, the pairs of the event,
 * the logger, and the stack trace of an exception. The pairs are the parameters of the log call that are a
 * {@link Map.Entry}. Values are escaped, so text of a sender can neither break the line nor add a pair.
 */
final class LogFormat extends Formatter {
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

    @Override
    public String format(LogRecord event) {
        StringBuilder line = new StringBuilder(160);
        line.append("time=").append(TIME.format(event.getInstant()));
        LogPairs.append(line, "level", level(event.getLevel()));
        LogPairs.append(line, "event", formatMessage(event));
        Object[] parameters = event.getParameters();
        if (parameters != null) {
            for (Object parameter : parameters) {
                if (parameter instanceof Map.Entry<?, ?> pair) {
                    LogPairs.append(line, String.valueOf(pair.getKey()), String.valueOf(pair.getValue()));
                }
            }
        }
        LogPairs.append(line, "logger", String.valueOf(event.getLoggerName()));
        Throwable thrown = event.getThrown();
        if (thrown != null) {
            StringWriter stack = new StringWriter();
            thrown.printStackTrace(new PrintWriter(stack));
            LogPairs.append(line, "stack", stack.toString());
        }
        return line.append('\n').toString();
    }

    private static String level(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "error";
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return "warning";
        }
        return level.intValue() >= Level.INFO.intValue() ? "info" : "debug";
    }
}
