package org.countersign.ops.log;

import java.util.Optional;

/**
 * The destination of formatted log lines. One thread calls it, and may block here for a bounded time or as long as the
 * reader of a pipe does: {@link LogQueue} keeps the threads that log from waiting.
 */
interface LogSink {
    /**
     * Writes one event.
     *
     * @param line as the format for this destination made it
     * @return why the line is lost, as a clause; empty if it was written
     */
    Optional<String> write(String line);

    /** Called when no more lines wait. */
    default void flush() {}

    /** Opens a file again before the next line, because it was renamed. Called from any thread. */
    default void reopen() {}

    /** Called after the last line. */
    default void close() {}
}
