package org.countersign.ops.log;

import java.util.logging.LogRecord;

/** Formats one event as one line, in printable US-ASCII. Text of a sender can neither break the line nor add to its structure. */
interface LineFormat {
    /**
     * The line without a line end.
     *
     * @param name the event, formatted
     * @param maxValue the maximum length of a value, before it is escaped; longer ones are cut, with {@code ...}
     */
    String format(LogRecord event, String name, int maxValue);
}
