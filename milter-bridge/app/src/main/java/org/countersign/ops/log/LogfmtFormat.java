package org.countersign.ops.log;

import java.util.logging.LogRecord;
import org.countersign.syntax.LogPairs;

/**
 * Formats each event as {@code key=value} pairs: time in milliseconds, level, event, the pairs of the event, the logger,
 * and the stack trace of an exception.
 *
 * @param withTime false for a destination that writes the time itself
 */
record LogfmtFormat(boolean withTime) implements LineFormat {
    @Override
    public String format(LogRecord event, String name, int maxValue) {
        StringBuilder line = new StringBuilder(160);
        if (withTime) {
            line.append(" time=").append(EventFields.time(event));
        }
        LogPairs.append(line, "level", EventFields.level(event), maxValue);
        LogPairs.append(line, "event", name, maxValue);
        EventFields.forEachPair(event, (key, value) -> LogPairs.append(line, key, String.valueOf(value), maxValue));
        LogPairs.append(line, "logger", String.valueOf(event.getLoggerName()), maxValue);
        EventFields.stack(event).ifPresent(stack -> LogPairs.append(line, "stack", stack, maxValue));
        return line.substring(1);
    }
}
