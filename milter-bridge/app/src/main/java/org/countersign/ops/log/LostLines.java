package org.countersign.ops.log;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** Counts the lines that the destination of the log did not take. Used by one thread. */
final class LostLines {
    private static final Duration INTERVAL = Duration.ofMinutes(10);

    private final LogRoute fallback;
    private long count;
    private String lastProblem = "";
    private boolean reported;
    private long reportedAt;

    /**
     * @param fallback where problems are reported while the destination takes no lines
     */
    LostLines(LogRoute fallback) {
        this.fallback = fallback;
    }

    /** Counts a line, and reports the problem elsewhere: the first time, and every ten minutes. */
    void add(String problem) {
        count++;
        lastProblem = problem;
        long now = System.nanoTime();
        if (!reported || now - reportedAt >= INTERVAL.toNanos()) {
            reported = true;
            reportedAt = now;
            LogRecord event = with(
                    new LogRecord(Level.WARNING, "log-unavailable"),
                    Map.entry("problem", problem),
                    Map.entry("lines", count),
                    Map.entry("advice", "mail is not affected; lines are missing in the log until this is corrected"));
            // If standard error takes no lines either, there is no other place for the report.
            fallback.sink().write(fallback.format().format(event)).ifPresent(alsoLost -> lastProblem = alsoLost);
            fallback.sink().flush();
        }
    }

    /**
     * Writes the number of lost lines to the destination, if there are any.
     *
     * @return why it takes no lines yet
     */
    Optional<String> report(LogRoute route) {
        if (count == 0) {
            return Optional.empty();
        }
        LogRecord event = with(
                new LogRecord(Level.WARNING, "log-lines-dropped"),
                Map.entry("lines", count),
                Map.entry("problem", lastProblem));
        Optional<String> problem = route.sink().write(route.format().format(event));
        if (problem.isEmpty()) {
            count = 0;
        }
        return problem;
    }

    /** An event of the log itself, with its pairs. */
    static LogRecord with(LogRecord event, Map.Entry<?, ?>... pairs) {
        event.setLoggerName("countersign.log");
        event.setParameters(pairs);
        return event;
    }
}
