package org.countersign.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.countersign.testing.FreePort;
import org.countersign.testing.NameServerProcess;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One check of a record with three includes: from the cache, and with four questions to a server on this host. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
public class SpfBenchmark {
    /** The cache, hot from the first check on. */
    @State(Scope.Benchmark)
    public static class Hot {
        private final SpfChecker countersign = passing(SpfChecker.countersignCached());
    }

    /** An nsd and two that ask it. */
    @State(Scope.Benchmark)
    public static class Wire {
        private final InetSocketAddress address = FreePort.address();
        private final Path folder = temporaryFolder();
        private final NameServerProcess server = start();
        private final SpfChecker countersign = passing(SpfChecker.countersign(address));
        private final SpfChecker jspf = passing(SpfChecker.jspf(address));

        private NameServerProcess start() {
            try {
                return SpfZone.serve(address, folder);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", interrupted);
            }
        }

        /** Nothing but a result that is right is worth timing. */
        @Setup(Level.Iteration)
        public void stillPasses() {
            passing(countersign);
            passing(jspf);
        }

        /** Stops the server. */
        @TearDown
        public void stop() {
            server.close();
            SpfZone.remove(folder);
        }
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("spf-bench");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static SpfChecker passing(SpfChecker checker) {
        String result = checker.check();
        if (!result.equals("pass")) {
            throw new IllegalStateException("not a pass but a " + result);
        }
        return checker;
    }

    @Benchmark
    public String cachedCountersign(Hot hot) {
        return hot.countersign.check();
    }

    @Benchmark
    public String uncachedCountersign(Wire wire) {
        return wire.countersign.check();
    }

    @Benchmark
    public String uncachedJspf(Wire wire) {
        return wire.jspf.check();
    }
}
