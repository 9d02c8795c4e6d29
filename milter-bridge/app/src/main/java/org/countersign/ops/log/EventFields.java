package org.countersign.ops.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.logging.LogRecord;

/** Reads the parts of a log event. Its pairs are the parameters of the log call that are a {@link Map.Entry}. */
final class EventFields {
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

    private EventFields() {}

    /** The time in UTC, in milliseconds. */
    static String time(LogRecord event) {
        return TIME.format(event.getInstant());
    }

    /** The level as the log names it. */
    static String level(LogRecord event) {
        return switch (SyslogPriority.of(event)) {
            case CRITICAL, ERROR -> "error";
            case WARNING -> "warning";
            case INFORMATION -> "info";
            case DEBUG -> "debug";
        };
    }

    static void forEachPair(LogRecord event, BiConsumer<String, Object> action) {
        Object[] parameters = event.getParameters();
        if (parameters != null) {
            for (Object parameter : parameters) {
                if (parameter instanceof Map.Entry<?, ?> pair) {
                    action.accept(String.valueOf(pair.getKey()), pair.getValue());
                }
            }
        }
    }

    /** The stack trace of the event's exception. */
    static Optional<String> stack(LogRecord event) {
        return Optional.ofNullable(event.getThrown()).map(thrown -> {
            StringWriter stack = new StringWriter();
            thrown.printStackTrace(new PrintWriter(stack));
            return stack.toString();
        });
    }
}
