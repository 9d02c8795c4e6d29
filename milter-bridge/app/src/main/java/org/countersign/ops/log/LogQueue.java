package org.countersign.ops.log;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of log lines, which one thread writes to the destination of the log. So a thread that logs never waits
 * for the reader of the log. When the queue is full, lines are dropped and counted; the count is logged before the next
 * line. Lines that the destination does not take are counted too, and the reason is written to standard error.
 */
final class LogQueue extends Handler implements AutoCloseable {
    /** Maximum number of characters in the queue, about 8,000 lines. */
    static final int MAX_CHARACTERS = 4 << 20;

    /** Maximum time that {@link #close} waits for the remaining lines. */
    static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    /**
     * Text for a destination.
     *
     * @param last whether this is only the mark after which nothing is written to the destination
     */
    private record Line(LogRoute route, String text, boolean last) {}

    private final LostLines lost;
    private final int maxCharacters;
    private final Duration closeTimeout;
    private final LongAdder allDropped = new LongAdder();
    private final Thread writer =
            Thread.ofPlatform().daemon().name("log writer").unstarted(this::write);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    private volatile LogRoute route;

    // Guarded by the lock.
    private final Deque<Line> lines = new ArrayDeque<>();
    private int characters;
    private long dropped;
    private boolean writing;
    private boolean closed;
    private boolean ended;

    private LogQueue(LogRoute route, LogRoute fallback, int maxCharacters, Duration closeTimeout) {
        this.route = route;
        this.lost = new LostLines(fallback);
        this.maxCharacters = maxCharacters;
        this.closeTimeout = closeTimeout;
    }

    /**
     * Starts to write.
     *
     * @param fallback where a destination that does not take lines is reported
     */
    static LogQueue start(LogRoute route, LogRoute fallback) {
        return start(route, fallback, MAX_CHARACTERS, CLOSE_TIMEOUT);
    }

    static LogQueue start(LogRoute route, LogRoute fallback, int maxCharacters, Duration closeTimeout) {
        LogQueue queue = new LogQueue(route, fallback, maxCharacters, closeTimeout);
        queue.writer.start();
        return queue;
    }

    /** Writes the lines from now on to another destination. Lines that wait go where they were meant to go. */
    void reroute(LogRoute next) {
        lock.lock();
        try {
            if (!closed) {
                lines.add(new Line(route, "", true));
                route = next;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Opens a log file again before its next line. */
    void reopen() {
        route.sink().reopen();
    }

    /** How many lines are missing in the log. */
    long dropped() {
        return allDropped.sum();
    }

    @Override
    public void publish(@Nullable LogRecord event) {
        if (event == null || !isLoggable(event)) {
            return;
        }
        Line line = line(route, event);
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (!line.route.equals(route)) {
                // The destination was changed a moment ago, and the old one gets no more lines.
                line = line(route, event);
            }
            if (characters > 0 && characters + line.text.length() > maxCharacters) {
                dropped++;
                allDropped.increment();
                return;
            }
            if (dropped > 0) {
                add(droppedLine());
            }
            add(line);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static Line line(LogRoute route, LogRecord event) {
        return new Line(route, route.format().format(event), false);
    }

    private void add(Line line) {
        lines.add(line);
        characters += line.text.length();
    }

    /** The line with the number of lines dropped since the last such line. */
    private Line droppedLine() {
        LogRecord event =
                LostLines.with(new LogRecord(Level.WARNING, "log-lines-dropped"), Map.entry("lines", dropped));
        dropped = 0;
        return line(route, event);
    }

    private void write() {
        while (true) {
            Line line = next();
            if (line == null) {
                route.sink().close();
                end();
                return;
            }
            try {
                write(line);
            } catch (RuntimeException failure) {
                // A line that cannot be written must not end the only thread that writes.
                reportError("a log line could not be written", failure, ErrorManager.WRITE_FAILURE);
            } finally {
                written();
            }
        }
    }

    private void write(Line line) {
        LogSink sink = line.route.sink();
        if (line.last) {
            sink.close();
            return;
        }
        Optional<String> problem = lost.report(line.route);
        if (problem.isEmpty()) {
            problem = sink.write(line.text);
        }
        if (problem.isPresent()) {
            allDropped.increment();
            lost.add(problem.get());
        } else if (isEmpty()) {
            sink.flush();
        }
    }

    /** Waits for the next line; null after close, when all lines are written. */
    private @Nullable Line next() {
        lock.lock();
        try {
            while (lines.isEmpty() && dropped == 0 && !closed) {
                changed.awaitUninterruptibly();
            }
            if (lines.isEmpty() && dropped > 0) {
                add(droppedLine());
            }
            Line line = lines.poll();
            writing = line != null;
            if (line != null) {
                characters -= line.text.length();
            }
            changed.signalAll();
            return line;
        } finally {
            lock.unlock();
        }
    }

    private boolean isEmpty() {
        lock.lock();
        try {
            return lines.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void written() {
        lock.lock();
        try {
            writing = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all lines are written, at most as long as {@link #close}. */
    @Override
    public void flush() {
        lock.lock();
        try {
            awaitWritten();
        } finally {
            lock.unlock();
        }
    }

    /** Accepts no more lines, and waits a bounded time until the remaining ones are written. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                changed.signalAll();
                awaitWritten();
            }
        } finally {
            lock.unlock();
        }
    }

    private void awaitWritten() {
        long remaining = closeTimeout.toNanos();
        boolean interrupted = false;
        while (remaining > 0 && (writing || !lines.isEmpty() || dropped > 0 || (closed && !ended))) {
            try {
                remaining = changed.awaitNanos(remaining);
            } catch (InterruptedException deferred) {
                // An interrupt that ends the program must not shorten the wait.
                interrupted = true;
                remaining -= TimeUnit.MILLISECONDS.toNanos(1);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
