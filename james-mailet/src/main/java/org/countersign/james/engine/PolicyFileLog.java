package org.countersign.james.engine;

import java.nio.file.Path;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;
import org.countersign.syntax.LogPairs;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/** Writes the events of the engine of one policy file to James' log, as the event's name and {@code key=value} pairs. */
final class PolicyFileLog implements EventLog {
    private final Logger logger;
    private final Path file;

    /** @param file the policy file, which each line names because a James may have several */
    PolicyFileLog(Logger logger, Path file) {
        this.logger = logger;
        this.file = file;
    }

    @Override
    public void write(LogEvent event) {
        StringBuilder line = new StringBuilder(event.name());
        LogPairs.append(line, "policy-file", file.toString());
        event.pairs().forEach((key, value) -> LogPairs.append(line, key, value.toString()));
        logger.atLevel(level(event)).log("{}", line);
    }

    private static Level level(LogEvent event) {
        return switch (event.level()) {
            case ERROR -> Level.ERROR;
            case WARNING -> Level.WARN;
            case ALL, TRACE, DEBUG, INFO, OFF -> Level.INFO;
        };
    }
}
