package org.countersign.ops.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.ErrorManager;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class LogQueueTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    /** Formats an event as its name and the first pair, if there is one. */
    private static final Formatter BRIEF = new Formatter() {
        @Override
        public String format(LogRecord event) {
            Object[] pairs = event.getParameters();
            return event.getMessage() + (pairs == null ? "" : " " + pairs[0]);
        }
    };

    /** A reader of the log that reads one line for each permit. */
    private static final class Reader implements LogSink {
        private final Semaphore permits = new Semaphore(0);
        private final CountDownLatch reached = new CountDownLatch(1);
        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        public Optional<String> write(String line) {
            reached.countDown();
            permits.acquireUninterruptibly();
            lines.add(line);
            return Optional.empty();
        }
    }

    /** A destination that refuses lines until it is repaired. */
    private static final class Disk implements LogSink {
        private final List<String> lines = new CopyOnWriteArrayList<>();
        private volatile Optional<String> problem = Optional.empty();
        private volatile boolean closed;

        @Override
        public Optional<String> write(String line) {
            if (problem.isEmpty()) {
                lines.add(line);
            }
            return problem;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private final Reader reader = new Reader();
    private final Disk fallback = new Disk();

    private static LogRoute route(LogSink sink) {
        return new LogRoute(BRIEF, sink);
    }

    private static void log(LogQueue queue, String text) {
        queue.publish(new LogRecord(Level.INFO, text));
    }

    @Test
    void writesEveryLineInOrder() {
        reader.permits.release(1000);
        List<String> lines = IntStream.range(0, 1000).mapToObj(i -> "line " + i).toList();
        try (LogQueue queue = LogQueue.start(route(reader), route(fallback))) {
            lines.forEach(line -> log(queue, line));
        }
        assertThat(reader.lines).isEqualTo(lines);
    }

    @Test
    void dropsLinesWhenFullAndLogsTheirNumberWhereTheyAreMissing() throws InterruptedException {
        try (LogQueue queue = LogQueue.start(route(reader), route(fallback), 20, LONG)) {
            log(queue, "0123456789");
            reader.reached.await();
            for (String line : List.of("aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc", "dddddddddd")) {
                log(queue, line);
            }
            reader.permits.release(5);
            queue.flush();
            log(queue, "eeeeeeeeee");
            assertThat(queue.dropped()).isEqualTo(2);
        }
        assertThat(reader.lines)
                .containsExactly("0123456789", "aaaaaaaaaa", "bbbbbbbbbb", "log-lines-dropped lines=2", "eeeeeeeeee");
    }

    @Test
    void logsTheNumberOfDroppedLinesIfNoLineFollows() throws InterruptedException {
        LogQueue queue = LogQueue.start(route(reader), route(fallback), 10, LONG);
        log(queue, "0123456789");
        reader.reached.await();
        log(queue, "aaaaaaaaaa");
        log(queue, "bbbbbbbbbb");
        reader.permits.release(3);
        queue.close();
        assertThat(reader.lines).containsExactly("0123456789", "aaaaaaaaaa", "log-lines-dropped lines=1");
    }

    @Test
    void acceptsALineLongerThanTheQueueIfTheQueueIsEmpty() {
        reader.permits.release(1);
        try (LogQueue queue = LogQueue.start(route(reader), route(fallback), 5, LONG)) {
            log(queue, "0123456789");
        }
        assertThat(reader.lines).containsExactly("0123456789");
    }

    @Test
    void closingDoesNotWaitForABlockedReader() {
        LogQueue queue = LogQueue.start(route(reader), route(fallback), 100, Duration.ofMillis(50));
        log(queue, "one");
        log(queue, "two");
        queue.close();
        queue.close();
        log(queue, "after the end");
        assertThat(reader.lines).isEmpty();
        reader.permits.release(2);
        queue.flush();
        assertThat(reader.lines).doesNotContain("after the end");
    }

    @Test
    void goesOnAfterASinkThatFails() {
        List<String> written = new CopyOnWriteArrayList<>();
        LogSink failing = new LogSink() {
            @Override
            public Optional<String> write(String line) {
                if (line.equals("bad")) {
                    throw new IllegalStateException("no such line");
                }
                written.add(line);
                return Optional.empty();
            }
        };
        try (LogQueue queue = LogQueue.start(route(failing), route(fallback))) {
            queue.setErrorManager(new ErrorManager() {
                @Override
                public void error(String message, Exception fault, int code) {
                    written.add("reported");
                }
            });
            log(queue, "bad");
            log(queue, "good");
        }
        assertThat(written).containsExactly("reported", "good");
    }

    @Test
    void linesThatTheDestinationRefusesAreCountedAndReportedOnceOnEachSide() {
        Disk disk = new Disk();
        try (LogQueue queue = LogQueue.start(route(disk), route(fallback))) {
            log(queue, "one");
            queue.flush();
            disk.problem = Optional.of("the disk is full");
            log(queue, "two");
            log(queue, "three");
            queue.flush();
            disk.problem = Optional.empty();
            log(queue, "four");
            log(queue, "five");
            queue.flush();
            assertThat(queue.dropped()).isEqualTo(2);
        }
        assertThat(disk.lines).containsExactly("one", "log-lines-dropped lines=2", "four", "five");
        assertThat(fallback.lines).containsExactly("log-unavailable problem=the disk is full");
    }

    @Test
    void waitingLinesGoToTheDestinationThatTheyWereMeantFor() throws InterruptedException {
        Disk next = new Disk();
        AtomicBoolean closed = new AtomicBoolean();
        LogSink slow = new LogSink() {
            @Override
            public Optional<String> write(String line) {
                return reader.write(line);
            }

            @Override
            public void close() {
                closed.set(true);
            }
        };
        try (LogQueue queue = LogQueue.start(route(slow), route(fallback))) {
            log(queue, "one");
            log(queue, "two");
            reader.reached.await();
            queue.reroute(route(next));
            log(queue, "three");
            assertThat(closed).isFalse();
            reader.permits.release(2);
            queue.flush();
            assertThat(closed).isTrue();
        }
        assertThat(reader.lines).containsExactly("one", "two");
        assertThat(next.lines).containsExactly("three");
        assertThat(next.closed).isTrue();
    }
}
