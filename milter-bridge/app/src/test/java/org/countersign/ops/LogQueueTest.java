package org.countersign.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.logging.ErrorManager;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
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
        public void write(Level level, String line) {
            reached.countDown();
            permits.acquireUninterruptibly();
            lines.add(line);
        }

        @Override
        public void flush() {}
    }

    private final Reader reader = new Reader();

    private static void log(LogQueue queue, String text) {
        queue.publish(new LogRecord(Level.INFO, text));
    }

    @Test
    void writesEveryLineInOrder() {
        reader.permits.release(1000);
        List<String> lines = IntStream.range(0, 1000).mapToObj(i -> "line " + i).toList();
        try (LogQueue queue = LogQueue.start(reader, BRIEF)) {
            lines.forEach(line -> log(queue, line));
        }
        assertThat(reader.lines).isEqualTo(lines);
    }

    @Test
    void dropsLinesWhenFullAndLogsTheirNumberWhereTheyAreMissing() throws InterruptedException {
        try (LogQueue queue = LogQueue.start(reader, BRIEF, 20, LONG)) {
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
        LogQueue queue = LogQueue.start(reader, BRIEF, 10, LONG);
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
        try (LogQueue queue = LogQueue.start(reader, BRIEF, 5, LONG)) {
            log(queue, "0123456789");
        }
        assertThat(reader.lines).containsExactly("0123456789");
    }

    @Test
    void closingDoesNotWaitForABlockedReader() {
        LogQueue queue = LogQueue.start(reader, BRIEF, 100, Duration.ofMillis(50));
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
            public void write(Level level, String line) {
                if (line.equals("bad")) {
                    throw new IllegalStateException("no such line");
                }
                written.add(line);
            }

            @Override
            public void flush() {}
        };
        try (LogQueue queue = LogQueue.start(failing, BRIEF)) {
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
}
