package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.countersign.milter.client.FilterOutcome;
import org.countersign.milter.client.MilterClient;
import org.countersign.milter.client.MtaMessage;
import org.countersign.milter.testing.RawClient;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.testing.ServerFault;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service under load for ten minutes: what it holds must not grow. Not part of the usual tests; {@code .ci/soak} runs
 * it. The system property {@code soak.minutes} changes its length.
 *
 * <p>The load is genuine and forged mail, domains that the DNS does not know or does not answer for, large messages,
 * connections that break, and reloads.
 */
class ServiceSoak {
    private static final int CLIENTS = 24;
    private static final int SAMPLES = 12;
    private static final int DISTINCT_DOMAINS = 20_000;

    // What may be more at the end than after a third of the time. Caches are full by then.
    private static final long MORE_DESCRIPTORS = 20;
    private static final long MORE_THREADS = 10;
    private static final long MORE_HEAP_KILOBYTES = 6 << 10;
    private static final long MORE_RESIDENT_KILOBYTES = 24 << 10;

    @TempDir
    private Path temp;

    private final AtomicBoolean end = new AtomicBoolean();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicInteger domains = new AtomicInteger();

    /** What the process holds between messages; memory in kilobytes, the heap after a collection. */
    private record Sample(long messages, long descriptors, long threads, long heap, long resident) {}

    @Test
    void whatTheServiceHoldsDoesNotGrow() throws Exception {
        Duration length =
                Duration.ofSeconds((long) (60 * Double.parseDouble(System.getProperty("soak.minutes", "10"))));
        try (ZoneServer dns = ZoneServer.start(SenderExample.zone().build())) {
            dns.fault("silent.example", ServerFault.DROP);
            Path policy = Files.writeString(temp.resolve("policy.yaml"), """
                    mode: enforce
                    listen: ["inet:127.0.0.1:0"]
                    dns: { timeout: 1s, deadline: 3s, servers: ["127.0.0.1:%d"], cache: { max-bytes: 4MiB } }
                    store: { file: %s }
                    trace: { days: 1, max-size: 32MiB }
                    reports: { collect: true, spool: %s }
                    """.formatted(
                            dns.address().getPort(), temp.resolve("store.db"), temp.resolve("spool")));
            try (ServiceProcess serve = ServiceProcess.start(policy, temp.resolve("log"))) {
                List<Sample> samples = underLoad(serve, policy, length);
                report(samples);
                assertFlat(samples);
                assertThat(serve.lines("level=error")).isEmpty();
                assertThat(serve.signal("TERM").awaitExit()).isZero();
            }
        }
    }

    private List<Sample> underLoad(ServiceProcess serve, Path policy, Duration length) throws Exception {
        List<Sample> samples = new ArrayList<>();
        List<Future<?>> clients = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CLIENTS; i++) {
                int seed = i;
                clients.add(threads.submit(() -> {
                    load(serve, new Random(seed));
                    return null;
                }));
            }
            try {
                for (int i = 0; i < SAMPLES; i++) {
                    TimeUnit.MILLISECONDS.sleep(length.toMillis() / SAMPLES);
                    Files.writeString(policy, Files.readString(policy) + "# " + i + "\n");
                    serve.signal("HUP");
                    samples.add(sample(serve.process()));
                }
            } finally {
                end.set(true);
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }
        return samples;
    }

    private void load(ServiceProcess serve, Random random) throws IOException {
        while (!end.get()) {
            if (random.nextInt(50) == 0) {
                try (RawClient broken = new RawClient(serve.address())) {
                    byte[] noise = new byte[100];
                    random.nextBytes(noise);
                    broken.send(noise);
                }
            }
            try (MilterClient client = SenderExample.connect(serve.address())) {
                for (int i = random.nextInt(5); i >= 0; i--) {
                    FilterOutcome outcome = client.deliver(message(random));
                    assertThat(outcome.verdict()).isNotNull();
                    answered.incrementAndGet();
                }
            }
        }
    }

    private MtaMessage message(Random random) {
        int kind = random.nextInt(100);
        String author = "x@sender.example";
        if (kind >= 97) {
            author = "x@silent.example";
        } else if (kind >= 50) {
            author = "x@d" + domains.incrementAndGet() % DISTINCT_DOMAINS + ".example";
        }
        byte[] body = new byte[random.nextInt(20) == 0 ? 1 << 20 : random.nextInt(8_000)];
        Arrays.fill(body, (byte) 'x');
        List<HeaderField> fields = new ArrayList<>(List.of(
                HeaderField.of("From", " " + author),
                HeaderField.of(
                        "DKIM-Signature",
                        " v=1; a=rsa-sha256; d=sender.example; s=s" + kind
                                + "; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA"),
                HeaderField.of("Authentication-Results", " mx.receiver.example; dmarc=pass")));
        return new MtaMessage(author, List.of("bob@receiver.example"), Map.of("i", "4XYZ"), fields, Octets.wrap(body));
    }

    private Sample sample(Process process) throws Exception {
        long pid = process.pid();
        long heap = liveHeap(jcmd(pid, "GC.class_histogram"));
        List<String> status = Files.readAllLines(Path.of("/proc/" + pid + "/status"));
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return new Sample(
                    answered.get(), descriptors.count(), number(status, "Threads:"), heap, number(status, "VmRSS:"));
        }
    }

    private static long number(List<String> lines, String start) {
        return lines.stream()
                .filter(line -> line.startsWith(start))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    /** The objects that are left after a collection, in kilobytes: the histogram of all classes ends with the total. */
    private static long liveHeap(List<String> histogram) {
        return Long.parseLong(histogram.getLast().strip().replaceAll("^Total +\\d+ +", "")) >> 10;
    }

    private static List<String> jcmd(long pid, String command) throws Exception {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        String output = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jcmd.waitFor()).as(output).isZero();
        return output.lines().toList();
    }

    private static void report(List<Sample> samples) {
        System.Logger log = System.getLogger(ServiceSoak.class.getName());
        samples.forEach(sample -> log.log(System.Logger.Level.INFO, sample.toString()));
    }

    private static void assertFlat(List<Sample> samples) {
        Sample before = highest(samples.subList(SAMPLES / 3, 2 * SAMPLES / 3));
        Sample after = highest(samples.subList(2 * SAMPLES / 3, SAMPLES));
        assertThat(after.messages).as("messages answered").isGreaterThan(before.messages);
        assertThat(after.descriptors).as("descriptors").isLessThanOrEqualTo(before.descriptors + MORE_DESCRIPTORS);
        assertThat(after.threads).as("threads").isLessThanOrEqualTo(before.threads + MORE_THREADS);
        assertThat(after.heap).as("heap after collection").isLessThanOrEqualTo(before.heap + MORE_HEAP_KILOBYTES);
        assertThat(after.resident).as("memory").isLessThanOrEqualTo(before.resident + MORE_RESIDENT_KILOBYTES);
    }

    private static Sample highest(List<Sample> samples) {
        return samples.stream()
                .reduce((one, other) -> new Sample(
                        Math.max(one.messages, other.messages),
                        Math.max(one.descriptors, other.descriptors),
                        Math.max(one.threads, other.threads),
                        Math.max(one.heap, other.heap),
                        Math.max(one.resident, other.resident)))
                .orElseThrow();
    }
}
