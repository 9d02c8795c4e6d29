package org.countersign.james;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** What the hook and its engines wrote into the log while this was open. */
final class HookLogCapture implements AutoCloseable {
    private final List<Logger> loggers = Stream.of(
                    AuthenticationHook.class, AuthenticateMail.class, SignOutbound.class, EngineRegistry.class)
            .map(source -> (Logger) LoggerFactory.getLogger(source))
            .toList();
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    HookLogCapture() {
        events.start();
        loggers.forEach(logger -> logger.addAppender(events));
    }

    /** {@code LEVEL message}, line by line. */
    List<String> lines() {
        return List.copyOf(events.list).stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    @Override
    public void close() {
        loggers.forEach(logger -> logger.detachAppender(events));
    }
}
