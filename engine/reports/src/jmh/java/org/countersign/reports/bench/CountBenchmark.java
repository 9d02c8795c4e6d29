package org.countersign.reports.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.countersign.MessageOutcome;
import org.countersign.metrics.MetricRegistry;
import org.countersign.reports.collect.CollectSettings;
import org.countersign.reports.collect.Collector;
import org.countersign.reports.collect.JudgedMail;
import org.countersign.reports.collect.VerdictSink;
import org.countersign.store.StoreLocation;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The call by which a message is counted on the thread that has judged it. The messages are 1,000 different ones in turn: of
 * 100 domains and ten networks each, one half forged. Both threads of the collector run, with a spool and a store.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
public class CountBenchmark {
    private static final int DOMAINS = 100;
    private static final int NETWORKS = 10;

    /** A collector as the service has it. */
    @State(Scope.Benchmark)
    public static class Counting {
        private final Path folder = temporaryFolder();
        private final MetricRegistry metrics = new MetricRegistry();
        private final List<MessageOutcome.Judged> messages = messages();
        private final Collector collector = Collector.start(
                CollectSettings.OFF,
                folder.resolve("spool"),
                new StoreLocation.File(folder.resolve("store.db")),
                InstantSource.system(),
                event -> {},
                VerdictSink.NONE,
                metrics);

        private static List<MessageOutcome.Judged> messages() {
            List<MessageOutcome.Judged> messages = new ArrayList<>();
            for (int i = 0; i < DOMAINS * NETWORKS; i++) {
                String domain = "d" + i % DOMAINS + ".example";
                String client = "192.0.2." + (1 + i / DOMAINS);
                JudgedMail mail = JudgedMail.forged()
                        .author(domain)
                        .client(client)
                        .dmarc(domain, "v=DMARC1; p=reject; rua=mailto:dmarc@" + domain);
                boolean genuine = i % 2 == 0;
                messages.add((genuine
                                ? mail.mailFrom("bounce@" + domain).spf(domain, "v=spf1 ip4:" + client + " -all")
                                : mail)
                        .outcome());
            }
            return messages;
        }

        private static Path temporaryFolder() {
            try {
                return Files.createTempDirectory("count-bench");
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        /** Nothing but messages that were counted is worth timing. */
        @TearDown(Level.Iteration)
        public void nothingIsLost() {
            long lost = metrics.value(Collector.LOST);
            if (lost > 0 || metrics.value(Collector.COUNTED) == 0) {
                throw new IllegalStateException(lost + " messages were not counted");
            }
        }

        /** Ends the threads, and removes the files. */
        @TearDown
        public void close() throws IOException {
            collector.close();
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** The message of each thread. */
    @State(Scope.Thread)
    public static class Turn {
        private int next;
    }

    /** One message. */
    @Benchmark
    public void count(Counting counting, Turn turn) {
        counting.collector.accept(counting.messages.get(turn.next), "4Q1");
        turn.next = (turn.next + 1) % counting.messages.size();
    }
}
