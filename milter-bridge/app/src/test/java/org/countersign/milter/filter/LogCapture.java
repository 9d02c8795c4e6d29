package org.countersign.milter.filter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The entries of a log while a test runs. */
final class LogCapture extends Handler implements AutoCloseable {
    private final Logger logger;
    private final List<LogRecord> entries = new CopyOnWriteArrayList<>();

    private LogCapture(Logger logger) {
        this.logger = logger;
    }

    static LogCapture of(String logger) {
        LogCapture capture = new LogCapture(Logger.getLogger(logger));
        capture.logger.addHandler(capture);
        return capture;
    }

    /** The pairs of each entry about an event. */
    List<Map<String, String>> pairs(String event) {
        return entries.stream()
                .filter(entry -> event.equals(entry.getMessage()))
                .map(LogCapture::pairs)
                .toList();
    }

    private static Map<String, String> pairs(LogRecord entry) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (Object parameter : entry.getParameters()) {
            if (parameter instanceof Map.Entry<?, ?> pair) {
                pairs.put(String.valueOf(pair.getKey()), String.valueOf(pair.getValue()));
            }
        }
        return pairs;
    }

    @Override
    public void publish(LogRecord entry) {
        entries.add(entry);
    }

    @Override
    public void flush() {
        // Nothing is buffered.
    }

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
