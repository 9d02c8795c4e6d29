package org.countersign.reports.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.countersign.store.StoreLocation;
import org.countersign.testing.ManualClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Counting in a process of its own: killed between its file and its commit, and with a disk that is full. */
@Timeout(300)
class CollectingProcessIT {
    private static final String READY = "ready to be killed";

    @TempDir
    private Path temp;

    private static List<String> java(Class<?> main, Object... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        Stream.of(arguments).map(Object::toString).forEach(command::add);
        return command;
    }

    /** Counts seven messages in two segments, and stops for ever at a step of the second one. */
    static final class StoppedHost {
        public static void main(String[] arguments) throws Exception {
            CollectStep last = CollectStep.valueOf(arguments[2]);
            CountDownLatch never = new CountDownLatch(1);
            int[] seen = new int[1];
            CollectingHost host = new CollectingHost(
                    Path.of(arguments[0]),
                    1L << 20,
                    new StoreLocation.File(Path.of(arguments[1])),
                    ManualClock.at(JudgedMail.TIME),
                    step -> {
                        if (step == last && ++seen[0] == 2) {
                            System.out.println(READY);
                            System.out.flush();
                            try {
                                never.await();
                            } catch (InterruptedException ended) {
                                throw new IllegalStateException(ended);
                            }
                        }
                    });
            ReportedMessage forged = JudgedMail.forged().message(JudgedMail.TIME);
            host.receive(forged, 5);
            host.minute();
            host.receive(forged, 2);
            host.minute();
            host.flush();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BATCH_NOTED", "ROWS_WRITTEN", "COMMITTED"})
    void aProcessThatIsKilledBetweenItsFileAndItsCommitCountsOnce(CollectStep last) throws Exception {
        Path spool = temp.resolve("spool");
        StoreLocation.File store = new StoreLocation.File(temp.resolve("store.db"));
        Process process = new ProcessBuilder(java(StoppedHost.class, spool, store.path(), last))
                .redirectErrorStream(true)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            List<String> lines = new ArrayList<>();
            String line = out.readLine();
            while (line != null && !line.equals(READY)) {
                lines.add(line);
                line = out.readLine();
            }
            assertThat(line).as(String.join("\n", lines)).isEqualTo(READY);
            // SIGKILL
            process.destroyForcibly().waitFor();
        }
        CollectingHost after = CollectingHost.of(spool, store, ManualClock.at(JudgedMail.TIME));
        after.receive(JudgedMail.genuine().message(JudgedMail.TIME), 1);
        after.minute();
        assertThat(after.flush()).isTrue();
        after.kill();
        assertThat(CollectingHost.messages(store)).isEqualTo(5 + 2 + 1);
        assertThat(CollectingHost.sum(store, "SELECT sum(messages) FROM report_traffic"))
                .isEqualTo(5 + 2 + 1);
    }

    /** Counts with a spool on a file system that is full for ten minutes. */
    static final class FullDiskHost {
        public static void main(String[] arguments) throws Exception {
            Path spool = Path.of(arguments[0]);
            CollectingHost host = CollectingHost.of(
                    spool, new StoreLocation.File(Path.of(arguments[1])), ManualClock.at(JudgedMail.TIME));
            ReportedMessage forged = JudgedMail.forged().message(JudgedMail.TIME);
            host.receive(forged, 5);
            host.minute();
            Path filler = fill(spool);
            for (int minute = 0; minute < 9; minute++) {
                host.receive(forged, 10);
                host.minute();
            }
            Files.delete(filler);
            host.receive(forged, 1);
            host.minute();
            boolean stored = host.flush();
            host.kill();
            System.out.println("stored " + stored + ", rejected " + host.rejected.sum() + ", dropped "
                    + host.dropped.sum() + ", warnings "
                    + host.eventNames().stream().filter("not-counted"::equals).count());
            host.events.stream()
                    .filter(event -> event.name().equals("not-counted"))
                    .forEach(event -> System.out.println(event.pairs().get("problem")));
        }

        /** A file that takes all the room. */
        private static Path fill(Path directory) throws IOException {
            Path filler = directory.resolve("filler");
            byte[] block = new byte[4096];
            try (var out = Files.newOutputStream(filler)) {
                for (int i = 0; i < 1_000; i++) {
                    out.write(block);
                }
                throw new AssertionError("the file system is not small");
            } catch (IOException full) {
                return filler;
            }
        }
    }

    @Test
    void aDiskThatIsFullCostsNoMessageAndOneWarning() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can mount a small file system");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/unshare")), "the program unshare is not installed");
        Path spool = Files.createDirectory(temp.resolve("spool"));
        StoreLocation.File store = new StoreLocation.File(temp.resolve("store.db"));
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=64k none \"$1\" && shift && exec \"$@\"",
                "sh",
                spool.toString()));
        command.addAll(java(FullDiskHost.class, spool, store.path()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(out)
                .contains("stored true, rejected 0, dropped 0, warnings 1\n")
                .contains(spool.toString());
        assertThat(process.waitFor()).isZero();
        assertThat(CollectingHost.messages(store)).isEqualTo(5 + 9 * 10 + 1);
    }
}
