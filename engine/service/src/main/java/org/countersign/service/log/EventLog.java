package org.countersign.service.log;

/** The log of a host. */
@FunctionalInterface
public interface EventLog {
    /** Writes one event, from any thread; must not throw. */
    void write(LogEvent event);
}
