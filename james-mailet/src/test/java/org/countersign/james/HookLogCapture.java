package org.countersign.james;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** Captures the log lines of the hook, the mailets and their engines while it is open. */
public final class HookLogCapture implements AutoCloseable {
    private final List<Logger> loggers = Stream.of(
                    "AuthenticationHook", "AuthenticateMail", "SignOutbound", "EngineRegistry")
            .map(name -> (Logger) LoggerFactory.getLogger("org.countersign.james." + name))
            .toList();
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    public HookLogCapture() {
        // Threads of the engines add lines while a test reads them.
        events.list = new CopyOnWriteArrayList<>();
        events.start();
        loggers.forEach(logger -> logger.addAppender(events));
    }

    /** {@code LEVEL message}, line by line. */
    public List<String> lines() {
        return List.copyOf(events.list).stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    @Override
    public void close() {
        loggers.forEach(logger -> logger.detachAppender(events));
    }
}
