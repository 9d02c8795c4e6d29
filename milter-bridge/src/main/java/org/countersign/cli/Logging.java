package org.countersign.cli;

import java.io.PrintStream;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Sends the log to a stream, one line for each event. */
final class Logging {
    private Logging() {}

    /**
     * Takes the place of whatever logging was configured before.
     *
     * @param debug whether events are shown that only matter for finding faults
     * @return what writes the lines; it goes on to do so when the process ends and logging itself does no longer
     */
    static Handler to(PrintStream stream, boolean debug) {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.setLevel(debug ? Level.FINE : Level.INFO);
        Handler lines = new StreamLines(stream);
        root.addHandler(lines);
        return lines;
    }

    private static final class StreamLines extends Handler {
        private final PrintStream stream;
        private final Formatter format = new LogFormat();

        StreamLines(PrintStream stream) {
            this.stream = stream;
        }

        @Override
        public void publish(LogRecord event) {
            if (isLoggable(event)) {
                // One call, so that lines of several threads do not mix.
                stream.print(format.format(event));
            }
        }

        @Override
        public void flush() {
            stream.flush();
        }

        @Override
        public void close() {
            stream.flush();
        }
    }
}
