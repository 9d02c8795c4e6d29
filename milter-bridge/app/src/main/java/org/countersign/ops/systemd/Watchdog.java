package org.countersign.ops.systemd;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;

/**
 * Tells the service manager at regular intervals that the service works, as long as it does. Otherwise the manager ends
 * the process and starts another one. It runs on a platform thread, so that it can log a problem of the others.
 */
public final class Watchdog implements AutoCloseable {
    // The manager waits for two intervals, so that one late message is no reason to end the process.
    private static final int INTERVALS = 2;
    // Each part of a check waits for a tenth of an interval at most, so that a check ends before the next interval.
    private static final int TIMEOUTS_IN_INTERVAL = 10;

    private final ServiceManager manager;
    private final Liveness liveness;
    private final EventLog log;
    private final Duration interval;
    private final Thread thread = Thread.ofPlatform().daemon().name("watchdog").unstarted(this::run);

    private Watchdog(ServiceManager manager, Liveness liveness, EventLog log, Duration interval) {
        this.manager = manager;
        this.liveness = liveness;
        this.log = log;
        this.interval = interval;
    }

    /** Begins to tell a service manager that asks for it; does nothing for others. */
    public static Watchdog start(ServiceManager manager, Liveness liveness, EventLog log) {
        Optional<Duration> timeout = manager.watchdogTimeout();
        Watchdog watchdog = new Watchdog(
                manager, liveness, log, timeout.orElse(Duration.ZERO).dividedBy(INTERVALS));
        if (timeout.isPresent()) {
            watchdog.thread.start();
        }
        return watchdog;
    }

    private void run() {
        Duration timeout = interval.dividedBy(TIMEOUTS_IN_INTERVAL);
        Optional<String> known = Optional.empty();
        try {
            while (true) {
                Optional<String> problem = liveness.problem(timeout);
                if (problem.isEmpty()) {
                    manager.alive();
                }
                if (!problem.equals(known)) {
                    log(problem);
                    known = problem;
                }
                TimeUnit.NANOSECONDS.sleep((problem.isEmpty() ? interval : timeout).toNanos());
            }
        } catch (InterruptedException end) {
            // Closed.
        }
    }

    private void log(Optional<String> problem) {
        LogEvent event = problem.isPresent()
                ? new LogEvent("server", Level.ERROR, "not-working")
                        .with(
                                "problem",
                                problem.get() + ": if this lasts, systemd ends the process and starts another one")
                : new LogEvent("server", Level.INFO, "working-again");
        log.write(event);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
