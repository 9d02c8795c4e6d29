package org.countersign.james;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What the hook wrote into the log while this was open. */
final class HookLog implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger(AuthenticationHook.class);
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    HookLog() {
        events.start();
        logger.addAppender(events);
    }

    /** {@code LEVEL message}, line by line. */
    List<String> lines() {
        return List.copyOf(events.list).stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(events);
    }
}
