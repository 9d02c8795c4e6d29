package org.countersign.ops;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.ErrorManager;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of log lines, which one thread writes to a {@link LogSink}. So a thread that logs never waits for the
 * reader of the log. When the queue is full, lines are dropped and counted; the count is logged before the next line.
 */
final class LogQueue extends Handler implements AutoCloseable {
    /** Maximum number of characters in the queue, about 8,000 lines. */
    static final int MAX_CHARACTERS = 4 << 20;

    /** Maximum time that {@link #close} waits for the remaining lines. */
    static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private record Line(Level level, String text) {}

    private final LogSink sink;
    private final int maxCharacters;
    private final Duration closeTimeout;
    private final Thread writer =
            Thread.ofPlatform().daemon().name("log writer").unstarted(this::write);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private final Deque<Line> lines = new ArrayDeque<>();
    private int characters;
    private long dropped;
    private long allDropped;
    private boolean writing;
    private boolean closed;

    private LogQueue(LogSink sink, Formatter format, int maxCharacters, Duration closeTimeout) {
        this.sink = sink;
        this.maxCharacters = maxCharacters;
        this.closeTimeout = closeTimeout;
        setFormatter(format);
    }

    static LogQueue start(LogSink sink, Formatter format) {
        return start(sink, format, MAX_CHARACTERS, CLOSE_TIMEOUT);
    }

    static LogQueue start(LogSink sink, Formatter format, int maxCharacters, Duration closeTimeout) {
        LogQueue queue = new LogQueue(sink, format, maxCharacters, closeTimeout);
        queue.writer.start();
        return queue;
    }

    @Override
    public void publish(@Nullable LogRecord event) {
        if (event == null || !isLoggable(event)) {
            return;
        }
        Line line = new Line(event.getLevel(), getFormatter().format(event));
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (characters > 0 && characters + line.text.length() > maxCharacters) {
                dropped++;
                allDropped++;
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

    private void add(Line line) {
        lines.add(line);
        characters += line.text.length();
    }

    /** The line with the number of lines dropped since the last such line. */
    private Line droppedLine() {
        LogRecord event = new LogRecord(Level.WARNING, "log-lines-dropped");
        event.setLoggerName("countersign.log");
        event.setParameters(new Object[] {Map.entry("lines", dropped)});
        dropped = 0;
        return new Line(event.getLevel(), getFormatter().format(event));
    }

    private void write() {
        while (true) {
            Line line = next();
            if (line == null) {
                return;
            }
            try {
                sink.write(line.level, line.text);
                if (isEmpty()) {
                    sink.flush();
                }
            } catch (RuntimeException failure) {
                // A line that cannot be written must not end the only thread that writes.
                reportError("a log line could not be written", failure, ErrorManager.WRITE_FAILURE);
            } finally {
                written();
            }
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

    /** How many lines were dropped since the start. */
    long dropped() {
        lock.lock();
        try {
            return allDropped;
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
        while (remaining > 0 && (writing || !lines.isEmpty() || dropped > 0)) {
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
