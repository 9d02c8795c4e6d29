package org.countersign.ops.systemd;

import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.countersign.ops.system.SendResult;
import org.countersign.ops.system.UnixDatagramSender;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;

/**
 * The service manager that started this process, if it wants to be told of its state: sd_notify(3). Each message is one
 * datagram with lines such as {@code READY=1}. Thread-safe.
 *
 * <p>The environment names the socket ({@code NOTIFY_SOCKET}). Without it nothing is sent.
 */
public final class ServiceManager implements AutoCloseable {
    // The queue of the manager's socket is short, and the manager reads it soon.
    private static final int ATTEMPTS = 50;
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final long NANOS_PER_MICRO = 1000;
    // With a shorter timeout the checks would use a processor and still come too late.
    private static final long MIN_WATCHDOG_MICROS = 200_000;
    // Characters of STATUS; the manager keeps them in memory.
    private static final int MAX_STATUS = 500;

    private final Optional<UnixDatagramSender> sender;
    private final Optional<Duration> watchdogTimeout;
    private final EventLog log;

    private boolean failed;

    private ServiceManager(Optional<UnixDatagramSender> sender, Optional<Duration> watchdogTimeout, EventLog log) {
        this.sender = sender;
        this.watchdogTimeout = watchdogTimeout;
        this.log = log;
    }

    /**
     * The service manager of a process.
     *
     * @param environment the environment of the process
     * @param pid the id of the process
     * @param log gets one event if the manager cannot be reached
     */
    public static ServiceManager of(Map<String, String> environment, long pid, EventLog log) {
        Optional<UnixDatagramSender> sender = Optional.ofNullable(environment.get("NOTIFY_SOCKET"))
                .filter(address -> address.startsWith("/") || address.startsWith("@"))
                .map(UnixDatagramSender::to);
        return new ServiceManager(sender, sender.flatMap(any -> watchdogTimeout(environment, pid)), log);
    }

    /** sd_watchdog_enabled(3). */
    private static Optional<Duration> watchdogTimeout(Map<String, String> environment, long pid) {
        String owner = environment.getOrDefault("WATCHDOG_PID", Long.toString(pid));
        try {
            long micros = Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0"));
            return micros > 0 && owner.equals(Long.toString(pid))
                    ? Optional.of(Duration.ofNanos(
                            Math.multiplyExact(Math.max(micros, MIN_WATCHDOG_MICROS), NANOS_PER_MICRO)))
                    : Optional.empty();
        } catch (NumberFormatException | ArithmeticException unusable) {
            return Optional.empty();
        }
    }

    /** After how long without {@link #alive} the manager ends this process; empty if it does not. */
    Optional<Duration> watchdogTimeout() {
        return watchdogTimeout;
    }

    /** The service has started, or has finished a reload. */
    void ready(String status) {
        send("READY=1\nSTATUS=" + oneLine(status));
    }

    /** The service begins to reload. */
    void reloading() {
        // On Linux, nanoTime() is CLOCK_MONOTONIC, as the manager expects.
        send("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / NANOS_PER_MICRO);
    }

    /** What the service does, in a line for people. */
    void status(String status) {
        send("STATUS=" + oneLine(status));
    }

    /** The service begins to end. */
    void stopping(String status) {
        send("STOPPING=1\nSTATUS=" + oneLine(status));
    }

    /** The service works. */
    void alive() {
        send("WATCHDOG=1");
    }

    /** A line without control characters, which could add another assignment or reach a terminal. */
    private static String oneLine(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints()
                .limit(MAX_STATUS)
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .forEach(line::appendCodePoint);
        return line.toString();
    }

    private void send(String message) {
        sender.ifPresent(socket -> {
            try {
                report(attempt(socket, message.getBytes(StandardCharsets.UTF_8)));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static SendResult attempt(UnixDatagramSender socket, byte[] message) throws InterruptedException {
        SendResult result = socket.send(message);
        for (int more = 1; more < ATTEMPTS && result instanceof SendResult.WouldBlock; more++) {
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
            result = socket.send(message);
        }
        return result;
    }

    private synchronized void report(SendResult result) {
        if (failed || result instanceof SendResult.Sent) {
            return;
        }
        failed = true;
        String reason = switch (result) {
            case SendResult.Sent sent -> "";
            case SendResult.WouldBlock full -> "it does not read its socket";
            case SendResult.TooLong refused -> "the message is too long";
            case SendResult.Unreachable(String problem) -> problem;
        };
        log.write(new LogEvent("server", Level.WARNING, "service-manager-unreachable")
                .with(
                        "problem",
                        "systemd cannot be told that the service is ready (" + reason
                                + "), and may end it: set Type=exec and WatchdogSec=0 in the unit of the service"));
    }

    @Override
    public void close() {
        sender.ifPresent(UnixDatagramSender::close);
    }
}
