package org.countersign.bench;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.countersign.canonical.Canonicalization;
import org.countersign.smtp.HeaderField;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A whole message in memory, verified and signed with one RSA-2048 key: by us, by jDKIM, and the floor, which is
 * SHA-256 of the same octets and the RSA operation by the same provider.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class DkimBenchmark {
    /** One message. */
    @State(Scope.Benchmark)
    public static class Mail {
        @Param({"4096", "40960", "1048576"})
        private int size;

        @Param({"RELAXED", "SIMPLE"})
        private Canonicalization canonicalization = Canonicalization.RELAXED;

        @Param({"amazon", "runtime"})
        private String rsa = "";

        private Optional<DkimWork> prepared = Optional.empty();

        /** Prepares the work and has both implementations prove that their result is right. */
        @Setup
        public void prepare() {
            boolean amazon = rsa.equals("amazon");
            DkimWork work = new DkimWork(size, canonicalization, amazon);
            prepared = Optional.of(work);
            if (!work.verify().equals("pass") || !work.verifyByJdkim().equals("pass")) {
                throw new IllegalStateException("no pass");
            }
        }

        private DkimWork work() {
            return prepared.orElseThrow();
        }
    }

    /** jDKIM takes the providers that are installed. */
    @State(Scope.Benchmark)
    public static class Installed {
        @Setup
        public void install(Mail mail) {
            mail.work().installForJdkim();
        }
    }

    @Benchmark
    public byte[] verifyFloor(Mail mail) {
        return mail.work().verifyFloor();
    }

    @Benchmark
    public String verifyOurs(Mail mail) {
        return mail.work().verify();
    }

    @Benchmark
    public String verifyJdkim(Mail mail, Installed installed) {
        return mail.work().verifyByJdkim();
    }

    @Benchmark
    public byte[] signFloor(Mail mail) {
        return mail.work().signFloor();
    }

    @Benchmark
    public HeaderField signOurs(Mail mail) {
        return mail.work().sign();
    }

    @Benchmark
    public String signJdkim(Mail mail, Installed installed) {
        return mail.work().signByJdkim();
    }
}
