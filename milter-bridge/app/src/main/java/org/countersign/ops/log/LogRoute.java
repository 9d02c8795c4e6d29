package org.countersign.ops.log;

import java.util.function.Function;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/**
 * A format together with the destination that it is for.
 *
 * @param format makes the text that the destination takes
 */
record LogRoute(Formatter format, LogSink sink) {
    // The limits for values that are tried until the text fits.
    private static final int MAX_VALUE = 16 * 1024;
    private static final int MIN_VALUE = 16;

    /**
     * A format for a destination that takes a bounded text. A text that is too long is formatted again with shorter
     * values. So it keeps its structure: JSON stays valid, and no pair is missing.
     *
     * @param prefix what precedes the line
     * @param suffix what follows the line, such as its end
     * @param maxLength the maximum length of the text in characters, which are octets, because lines are US-ASCII
     */
    static Formatter framed(LineFormat line, Function<LogRecord, String> prefix, String suffix, int maxLength) {
        return new Formatter() {
            @Override
            public String format(LogRecord event) {
                String name = formatMessage(event);
                String before = prefix.apply(event);
                int room = maxLength - before.length() - suffix.length();
                String text = line.format(event, name, MAX_VALUE);
                for (int max = MAX_VALUE / 4; text.length() > room && max >= MIN_VALUE; max /= 4) {
                    text = line.format(event, name, max);
                }
                return before + (text.length() <= room ? text : text.substring(0, room - 3) + "...") + suffix;
            }
        };
    }
}
