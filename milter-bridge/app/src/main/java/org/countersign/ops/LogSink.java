package org.countersign.ops;

import java.util.logging.Level;

/**
 * Where formatted log lines go. Called by one thread, which may wait here for as long as the other side takes:
 * {@link LogQueue} keeps everybody else from waiting.
 */
interface LogSink {
    /**
     * Writes one event.
     *
     * @param level for sinks that pass it on in a form of their own
     * @param line as the format made it, with its line end
     */
    void write(Level level, String line);

    /** Called when no further line waits. */
    void flush();
}
