package org.countersign.ops;

import java.io.PrintStream;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Configures the log to write one line for each event to a stream. */
final class Logging {
    private Logging() {}

    /**
     * Replaces the earlier configuration of {@code java.util.logging}.
     *
     * @param debug whether events of level debug are logged
     * @return the writer of the lines; close it after the last event
     */
    static LogQueue to(PrintStream stream, boolean debug) {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.setLevel(debug ? Level.FINE : Level.INFO);
        LogQueue lines = LogQueue.start(new StreamSink(stream), new LogFormat());
        root.addHandler(lines);
        return lines;
    }

    private record StreamSink(PrintStream stream) implements LogSink {
        @Override
        public void write(Level level, String line) {
            stream.print(line);
        }

        @Override
        public void flush() {
            stream.flush();
        }
    }
}
