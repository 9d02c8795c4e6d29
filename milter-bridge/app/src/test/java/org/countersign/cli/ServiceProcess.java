package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.countersign.milter.wire.ListenAddress;

/** {@code countersign serve} as a separate process, for tests of signals, the log and the heap. */
public final class ServiceProcess implements AutoCloseable {
    private final Process process;
    private final Path log;

    private ServiceProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    private static final int DEFAULT_HEAP_MEGABYTES = 256;

    /**
     * Starts the service, and waits until it listens.
     *
     * @param log the file for its log
     * @param prefix a command that runs it, for example a shell that sets a limit
     */
    public static ServiceProcess start(Path policy, Path log, String... prefix)
            throws IOException, InterruptedException {
        return start(command(policy, prefix), log);
    }

    /** Starts the service with this maximum heap; it exits if the heap is exhausted. */
    static ServiceProcess startWithHeap(int megabytes, Path policy, Path log) throws IOException, InterruptedException {
        return start(command(List.of(), List.of("-Xmx" + megabytes + "m", "-XX:+ExitOnOutOfMemoryError"), policy), log);
    }

    /** Starts the service without the options of the launcher. */
    static ServiceProcess startWithoutOptions(Path policy, Path log, String... prefix)
            throws IOException, InterruptedException {
        return start(command(List.of(prefix), List.of(), policy), log);
    }

    private static ServiceProcess start(ProcessBuilder command, Path log) throws IOException, InterruptedException {
        ServiceProcess serve = new ServiceProcess(
                command.redirectErrorStream(true).redirectOutput(log.toFile()).start(), log);
        serve.awaitLine("event=listening");
        return serve;
    }

    /** The command line of the service. */
    static ProcessBuilder command(Path policy, String... prefix) {
        return command(
                List.of(prefix),
                List.of("-Xmx" + DEFAULT_HEAP_MEGABYTES + "m", "--add-opens", "java.base/sun.nio.ch=ALL-UNNAMED"),
                policy);
    }

    private static ProcessBuilder command(List<String> prefix, List<String> options, Path policy) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve",
                "--config",
                policy.toString()));
        return new ProcessBuilder(command);
    }

    public Process process() {
        return process;
    }

    public ListenAddress address() throws IOException {
        String line = lines("event=listening").getFirst();
        return ListenAddress.parse(line.replaceFirst("^.* address=(\\S+) .*$", "$1"))
                .orElseThrow();
    }

    public List<String> lines(String word) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(word)).toList();
        }
    }

    /** Waits for a line of the log that contains a text. */
    String awaitLine(String word) throws IOException, InterruptedException {
        while (lines(word).isEmpty()) {
            assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return lines(word).getFirst();
    }

    public ServiceProcess signal(String name) throws IOException, InterruptedException {
        signal(process, name);
        return this;
    }

    static void signal(Process process, String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    public int awaitExit() throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
