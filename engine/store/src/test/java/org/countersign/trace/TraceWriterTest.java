package org.countersign.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.countersign.service.BoundedQueue;
import org.countersign.service.log.LogEvent;
import org.countersign.store.StoreLocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to mail and to the trace when the store cannot take messages. */
class TraceWriterTest {
    private static final TraceSettings SETTINGS = new TraceSettings(14, 512L << 20, true);
    private static final TraceQuery ALL = new TraceQuery(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    @TempDir
    private Path temp;

    private StoreLocation.File file() {
        return new StoreLocation.File(temp.resolve("state/store.db"));
    }

    private static TracedMessage message(String queueId) {
        return TracedMessages.message(queueId, "", TracedMessages.FORGED);
    }

    private static List<String> names(RunningTrace trace) {
        return trace.events.stream().map(LogEvent::name).toList();
    }

    @Test
    void aStoreThatIsMissingIsReportedOnceAndUsedWhenItComes() throws Exception {
        try (RunningTrace trace = RunningTrace.start(file(), SETTINGS)) {
            trace.writer.accept(message("Q1"));
            trace.awaitEvent("not-traced");
            TimeUnit.MILLISECONDS.sleep(300);
            assertThat(names(trace)).containsExactly("not-traced");
            assertThat(String.valueOf(trace.events.getFirst().pairs().get("problem")))
                    .startsWith(file() + " lies in a directory that does not exist: create it")
                    .endsWith("; mail is not affected");
            Files.createDirectory(temp.resolve("state"));
            trace.awaitWritten(1);
            assertThat(trace.writer.lost()).isZero();
            trace.awaitEvent("tracing-again");
            assertThat(names(trace)).containsExactly("not-traced", "tracing", "tracing-again");
        }
    }

    /** As while an old and a new process of the service overlap. */
    @Test
    void twoWritersOfOneFileDoNotDisturbEachOther() throws Exception {
        Files.createDirectory(temp.resolve("state"));
        try (RunningTrace first = RunningTrace.start(file(), SETTINGS)) {
            first.write(List.of(message("Q")));
        }
        try (RunningTrace one = RunningTrace.start(file(), SETTINGS);
                RunningTrace other = RunningTrace.start(file(), SETTINGS)) {
            for (int i = 0; i < 3; i++) {
                one.write(List.of(message("A" + i)));
                other.write(List.of(message("B" + i)));
            }
            assertThat(names(one)).containsExactly("tracing");
            assertThat(names(other)).containsExactly("tracing");
        }
        try (TraceReader reader = TraceReader.open(file())) {
            assertThat(reader.latest(ALL, 10)).hasSize(7);
        }
    }

    @Test
    void aDamagedFileIsUsedAfterItWasMovedAway() throws Exception {
        Files.createDirectory(temp.resolve("state"));
        Files.writeString(file().path(), "no database ".repeat(1000));
        try (RunningTrace trace = RunningTrace.start(file(), SETTINGS)) {
            trace.writer.accept(message("Q1"));
            trace.awaitEvent("not-traced");
            assertThat(String.valueOf(trace.events.getFirst().pairs().get("problem")))
                    .startsWith(file() + " is not an SQLite file: move it away (mv " + file());
            Files.move(file().path(), temp.resolve("state/store.db.damaged"));
            trace.awaitWritten(1);
        }
    }

    @Test
    void aFullQueueTakesNoMoreAndCountsThem() throws Exception {
        // The writer has a batch that it cannot write, so that it takes nothing more from the queue.
        List<TracedMessage> first = List.of(message("Q"));
        try (RunningTrace trace =
                RunningTrace.startAfter(first, file(), SETTINGS, TraceWriter.queue(3, Long.MAX_VALUE))) {
            trace.awaitEvent("not-traced");
            for (int i = 0; i < 10; i++) {
                trace.writer.accept(message("Q" + i));
            }
            assertThat(trace.writer.lost()).isEqualTo(7);
            Files.createDirectory(temp.resolve("state"));
            trace.awaitWritten(4);
            trace.awaitEvent("tracing-again");
            assertThat(trace.events.getLast().pairs()).containsEntry("lost", 7L);
        }
    }

    @Test
    void theMemoryOfTheQueueIsBoundedToo() {
        long size = message("Q").octets();
        BoundedQueue<TracedMessage> queue = TraceWriter.queue(100, 2 * size + 1);
        assertThat(queue.offer(message("Q1"))).isTrue();
        assertThat(queue.offer(message("Q2"))).isTrue();
        assertThat(queue.offer(message("Q3"))).isFalse();
    }

    @Test
    void memoryThatASenderMakesLargeIsCounted() {
        TracedMessage plain = message("Q");
        int header = 200_000;
        List<String> recipients = Collections.nCopies(100, "<" + "r".repeat(300) + "@receiver.example>");
        TracedMessage large = TracedMessages.large(plain, header, recipients, "h".repeat(1000));
        // A heap dump of messages with 64 signatures showed two and a half times the size of their header sections.
        assertThat(large.octets() - plain.octets()).isGreaterThan(5L * header / 2 + 30_000 + 1000);
    }

    @Test
    void anEmptyQueueHasRoomForAMessageOfAnySize() {
        BoundedQueue<TracedMessage> queue = TraceWriter.queue(100, 10_000);
        TracedMessage large = TracedMessages.large(message("Q"), 1_000_000, List.of(), "");
        assertThat(queue.offer(large)).isTrue();
        assertThat(queue.offer(message("Q2"))).isFalse();
        assertThat(queue.poll()).containsSame(large);
        assertThat(queue.offer(message("Q3"))).isTrue();
    }

    @Test
    void aBatchOfLargeExplanationsHasFewMessages() throws Exception {
        BoundedQueue<TracedMessage> queue = TraceWriter.queue(100, 250_000);
        RandomGenerator random = new Random(1);
        // Text that cannot be compressed: the explanation of one message has more than a quarter of the queue.
        List<String> recipients = Stream.generate(() -> random.ints(2000, '!', '~')
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString())
                .limit(50)
                .toList();
        assertThat(queue.offer(TracedMessages.large(message("Q1"), 0, recipients, "")))
                .isTrue();
        assertThat(queue.offer(TracedMessages.large(message("Q2"), 0, recipients, "")))
                .isTrue();
        try (RunningTrace trace = RunningTrace.start(file(), SETTINGS, queue)) {
            trace.awaitEvent("not-traced");
            assertThat(queue.size()).isEqualTo(1);
            Files.createDirectory(temp.resolve("state"));
            trace.awaitWritten(2);
        }
    }

    @Test
    void whatCannotBeWrittenAtTheEndIsCounted() throws Exception {
        RunningTrace trace = RunningTrace.start(file(), SETTINGS);
        trace.awaitEvent("not-traced");
        trace.writer.accept(message("Q1"));
        trace.writer.accept(message("Q2"));
        trace.close();
        assertThat(trace.writer.lost()).isEqualTo(2);
        trace.writer.accept(message("Q3"));
        assertThat(trace.writer.lost()).isEqualTo(3);
    }

    @Test
    void aFullDiskStopsTheTraceUntilThereIsRoom() throws Exception {
        Path disk = Files.createDirectory(temp.resolve("state"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()), "cannot mount a small disk");
        try {
            Path ballast = Files.write(disk.resolve("ballast"), new byte[400_000]);
            try (RunningTrace trace = RunningTrace.start(file(), SETTINGS)) {
                trace.awaitEvent("tracing");
                for (TracedMessage message : TracedMessages.many(1500, TracedMessages.TIME)) {
                    trace.writer.accept(message);
                }
                trace.awaitEvent("not-traced");
                assertThat(String.valueOf(trace.events.getLast().pairs().get("problem")))
                        .contains(file().toString())
                        .containsAnyOf("its disk is full: make room", "cannot be read or written");
                Files.delete(ballast);
                run("mount", "-o", "remount,size=64m", disk.toString());
                trace.awaitWritten(1500);
                assertThat(trace.writer.lost()).isZero();
            }
            try (TraceReader reader = TraceReader.open(file())) {
                assertThat(reader.latest(ALL, 2000)).hasSize(1500);
            }
        } finally {
            run("umount", disk.toString());
        }
    }

    /** A library cannot be unloaded, so this is another process. */
    @Test
    void aTemporaryFolderThatCannotBeUsedIsNamed() throws Exception {
        Files.createDirectory(temp.resolve("state"));
        Path none = temp.resolve("none");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dorg.sqlite.tmpdir=" + none,
                        "-cp",
                        System.getProperty("java.class.path"),
                        OneAttempt.class.getName(),
                        file().path().toString())
                .start();
        process.getErrorStream().close();
        assertThat(process.inputReader().readLine())
                .startsWith("not-traced " + file())
                .contains("the library of SQLite cannot be loaded from " + none);
        process.waitFor();
    }

    /** A process that says why it cannot open its store. */
    static final class OneAttempt {
        public static void main(String[] args) throws InterruptedException {
            try (RunningTrace trace = RunningTrace.start(new StoreLocation.File(Path.of(args[0])), SETTINGS)) {
                trace.awaitEvent("not-traced");
                System.out.println(
                        "not-traced " + trace.events.getFirst().pairs().get("problem"));
            }
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor() == 0;
    }

    @Test
    void aKilledProcessKeepsWhatItHadWritten() throws Exception {
        Files.createDirectory(temp.resolve("state"));
        for (int round = 0; round < 3; round++) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "--enable-native-access=ALL-UNNAMED",
                            "-Dcountersign.root=" + System.getProperty("countersign.root", "../.."),
                            "-cp",
                            System.getProperty("java.class.path"),
                            EndlessTrace.class.getName(),
                            file().path().toString(),
                            Integer.toString(round))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            long acknowledged = 0;
            try (var lines = process.inputReader()) {
                while (acknowledged < 300) {
                    acknowledged = Long.parseLong(lines.readLine());
                }
                process.toHandle().destroyForcibly();
                acknowledged = lines.lines()
                        .filter(line -> line.matches("\\d+"))
                        .mapToLong(Long::parseLong)
                        .max()
                        .orElse(acknowledged);
            }
            process.waitFor();
            try (TraceReader reader = TraceReader.open(file())) {
                Instant begin = TracedMessages.TIME.plusSeconds(EndlessTrace.SECONDS * round);
                List<TraceEntry> kept = reader.latest(
                        new TraceQuery(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of(begin)),
                        1_000_000);
                assertThat(kept).hasSizeGreaterThanOrEqualTo((int) acknowledged);
                // No hole: a batch is there as a whole.
                assertThat(kept.getLast().time()).isEqualTo(begin);
                assertThat(kept.getFirst().time()).isEqualTo(begin.plusSeconds(kept.size() - 1L));
                assertThat(reader.explanation(kept.getFirst())).isPresent();
            }
        }
    }

    /** A process that writes messages and says how many are written, until it is killed. */
    static final class EndlessTrace {
        static final long SECONDS = 1_000_000;

        public static void main(String[] args) throws InterruptedException {
            StoreLocation.File location = new StoreLocation.File(Path.of(args[0]));
            Instant begin = TracedMessages.TIME.plusSeconds(SECONDS * Integer.parseInt(args[1]));
            try (RunningTrace trace = RunningTrace.start(location, SETTINGS)) {
                for (int i = 0; ; i += 100) {
                    trace.write(TracedMessages.many(100, begin.plusSeconds(i)));
                    System.out.println(trace.writer.written());
                }
            }
        }
    }
}
