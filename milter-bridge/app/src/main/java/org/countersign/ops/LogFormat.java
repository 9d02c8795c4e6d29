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
 * One line for each event, as {@code key=value} pairs: time in milliseconds, level, event, the pairs that came with the event,
 * the logger, and a stack trace where there is one. A pair is a parameter of the log call that is a
 * {@link Map.Entry}. Nothing that a message or a client says can break a line or look like a pair.
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
