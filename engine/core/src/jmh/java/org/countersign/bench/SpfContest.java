package org.countersign.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.countersign.testing.FreePort;
import org.countersign.testing.NameServerProcess;
import org.countersign.testing.ZoneServer;

/**
 * Has ours, jSPF, pyspf and Mail::SPF check the same domain against the same nsd, each in a process of its own and
 * in turn, none with a cache. Every process checks as often again before it looks at the clock.
 */
public final class SpfContest {
    private static final String AS_CONTENDER = "as";
    private static final int QUESTION_CHECKS = 5;

    /** Who takes part. */
    enum Contender {
        COUNTERSIGN,
        JSPF,
        PYSPF,
        MAIL_SPF;

        private List<String> command() {
            return switch (this) {
                case COUNTERSIGN, JSPF -> java(this);
                case PYSPF -> List.of("/usr/bin/python3", "src/jmh/contest/pyspf.py");
                case MAIL_SPF -> List.of("/usr/bin/perl", "src/jmh/contest/mail-spf.pl");
            };
        }

        private static List<String> java(Contender contender) {
            return List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-classpath",
                    System.getProperty("java.class.path"),
                    SpfContest.class.getName(),
                    AS_CONTENDER,
                    contender.name());
        }
    }

    /**
     * What some checks took.
     *
     * @param wall nanoseconds a check
     * @param cpu nanoseconds a check, of all threads of the process, the compiler's included
     */
    record Timing(long wall, long cpu) {}

    private SpfContest() {}

    /** Takes the number of checks in a round, 2000 by default, and the number of rounds, 5 by default. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length > 0 && arguments[0].equals(AS_CONTENDER)) {
            compete(
                    Contender.valueOf(arguments[1]),
                    new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[2])),
                    Integer.parseInt(arguments[3]),
                    System.out);
            return;
        }
        int checks = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        Map<Contender, Long> questions = questions();
        print(timings(checks, rounds), questions, System.out);
    }

    private static void compete(Contender contender, InetSocketAddress server, int checks, PrintStream out) {
        SpfChecker checker = switch (contender) {
            case COUNTERSIGN -> SpfChecker.countersign(server);
            case JSPF -> SpfChecker.jspf(server);
            case PYSPF, MAIL_SPF -> throw new IllegalArgumentException(contender + " is not written in Java");
        };
        checkAll(checker, checks);
        long wall = System.nanoTime();
        long cpu = cpuTime();
        checkAll(checker, checks);
        out.println("pass " + (System.nanoTime() - wall) + " " + (cpuTime() - cpu));
    }

    private static void checkAll(SpfChecker checker, int checks) {
        for (int check = 0; check < checks; check++) {
            String result = checker.check();
            if (!result.equals("pass")) {
                throw new IllegalStateException("not a pass but a " + result);
            }
        }
    }

    private static long cpuTime() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    // How often each asks the DNS in one check, counted by a server that counts.
    private static Map<Contender, Long> questions() throws IOException, InterruptedException {
        Map<Contender, Long> questions = new EnumMap<>(Contender.class);
        for (Contender contender : Contender.values()) {
            try (ZoneServer server = ZoneServer.start(SpfZone.inMemory())) {
                run(contender, server.address(), QUESTION_CHECKS);
                // It checks twice as often as it counts.
                questions.put(contender, (long) server.queries() / (2 * QUESTION_CHECKS));
            }
        }
        return questions;
    }

    private static Map<Contender, List<Timing>> timings(int checks, int rounds)
            throws IOException, InterruptedException {
        Map<Contender, List<Timing>> timings = new EnumMap<>(Contender.class);
        InetSocketAddress address = FreePort.address();
        Path folder = Files.createTempDirectory("spf-contest");
        try (NameServerProcess server = SpfZone.serve(address, folder)) {
            for (int round = 0; round < rounds; round++) {
                for (Contender contender : Contender.values()) {
                    timings.computeIfAbsent(contender, unused -> new ArrayList<>())
                            .add(run(contender, address, checks));
                }
            }
        } finally {
            SpfZone.remove(folder);
        }
        return timings;
    }

    private static Timing run(Contender contender, InetSocketAddress server, int checks)
            throws IOException, InterruptedException {
        List<String> command = Stream.concat(
                        contender.command().stream(),
                        Stream.of(
                                Integer.toString(server.getPort()),
                                Integer.toString(checks),
                                SpfZone.CLIENT,
                                SpfZone.SENDER,
                                SpfZone.HELO))
                .toList();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        String[] words = said.split(" ", -1);
        if (process.waitFor() != 0 || words.length != 3) {
            throw new IllegalStateException(contender + " failed: " + command + " said: " + said);
        }
        return new Timing(Long.parseLong(words[1]) / checks, Long.parseLong(words[2]) / checks);
    }

    private static void print(Map<Contender, List<Timing>> timings, Map<Contender, Long> questions, PrintStream out) {
        long ourWall = median(timings.getOrDefault(Contender.COUNTERSIGN, List.of()), Timing::wall);
        long ourCpu = median(timings.getOrDefault(Contender.COUNTERSIGN, List.of()), Timing::cpu);
        out.println(
                "| | DNS questions | wall µs/check, median (range) | x ours | CPU µs/check, median (range) | x ours |");
        out.println("|---|--:|--:|--:|--:|--:|");
        timings.forEach((contender, taken) -> out.println("| " + contender.name() + " | " + questions.get(contender)
                + " | " + shown(taken, Timing::wall) + " | " + ratio(median(taken, Timing::wall), ourWall)
                + " | " + shown(taken, Timing::cpu) + " | " + ratio(median(taken, Timing::cpu), ourCpu) + " |"));
    }

    private static String shown(List<Timing> timings, ToLongFunction<Timing> what) {
        return median(timings, what) / 1000
                + " (" + timings.stream().mapToLong(what).min().orElseThrow() / 1000
                + "-" + timings.stream().mapToLong(what).max().orElseThrow() / 1000 + ")";
    }

    private static String ratio(long theirs, long ours) {
        return String.format(Locale.ROOT, "%.2f", (double) theirs / ours);
    }

    private static long median(List<Timing> timings, ToLongFunction<Timing> what) {
        long[] sorted = timings.stream().mapToLong(what).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
