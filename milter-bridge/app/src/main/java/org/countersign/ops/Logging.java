package org.countersign.ops;

import java.io.PrintStream;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Sends the log to a stream, one line for each event. */
final class Logging {
    private Logging() {}

    /**
     * Takes the place of whatever logging was configured before.
     *
     * @param debug whether events are shown that only matter for finding faults
     * @return what writes the lines; to be closed when the last one is logged
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
