package org.countersign.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;

/**
 * One line for each event, as {@code key=value} pairs: time, level, event, the pairs that came with the event,
 * the logger, and a stack trace where there is one. A pair is a parameter of the log call that is a
 * {@link Map.Entry}. Nothing that a message or a client says can break a line or look like a pair.
 */
public final class LogFormat extends Formatter {
    private static final int LONGEST_STACK = 16 * 1024;

    @Override
    public String format(LogRecord event) {
        StringBuilder line = new StringBuilder(160);
        line.append("time=").append(event.getInstant());
        pair(line, "level", level(event.getLevel()));
        pair(line, "event", formatMessage(event));
        Object[] parameters = event.getParameters();
        if (parameters != null) {
            for (Object parameter : parameters) {
                if (parameter instanceof Map.Entry<?, ?> pair) {
                    pair(line, String.valueOf(pair.getKey()), String.valueOf(pair.getValue()));
                }
            }
        }
        pair(line, "logger", String.valueOf(event.getLoggerName()));
        Throwable thrown = event.getThrown();
        if (thrown != null) {
            StringWriter stack = new StringWriter();
            thrown.printStackTrace(new PrintWriter(stack));
            line.append(" stack=").append(quoted(stack.toString(), LONGEST_STACK));
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

    private static void pair(StringBuilder line, String key, String value) {
        line.append(' ').append(key).append('=').append(isPlain(value) ? value : quoted(value, value.length()));
    }

    private static String quoted(String text, int limit) {
        return '"' + Escapes.printable(text, Math.min(limit, LONGEST_STACK)).replace("\"", "\\\"") + '"';
    }

    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (!Ascii.isAlphaNumeric(c) && "-._:/@+[]<>".indexOf(c) < 0) {
                return false;
            }
        }
        return !value.isEmpty();
    }
}
