package org.countersign.ops;

import java.util.logging.Level;

/**
 * The destination of formatted log lines. One thread calls it, and may block here: {@link LogQueue} keeps the threads
 * that log from waiting.
 */
interface LogSink {
    /**
     * Writes one event.
     *
     * @param level for sinks that have a notation for levels
     * @param line with its line end
     */
    void write(Level level, String line);

    /** Called when no more lines wait. */
    void flush();
}
