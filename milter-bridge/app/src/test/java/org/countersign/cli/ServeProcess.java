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

/** {@code countersign serve} as a process of its own, for what a service does on signals and with its log. */
public final class ServeProcess implements AutoCloseable {
    private final Process process;
    private final Path log;

    private ServeProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts it with its log in a file. */
    public static ServeProcess start(Path policy, Path log, String... prefix) throws IOException, InterruptedException {
        ServeProcess serve = new ServeProcess(
                command(policy, prefix)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start(),
                log);
        serve.awaitLine("event=listening");
        return serve;
    }

    /**
     * The command line of the program.
     *
     * @param prefix what runs it, a shell with a limit for example
     */
    static ProcessBuilder command(Path policy, String... prefix) {
        List<String> command = new ArrayList<>(List.of(prefix));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
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

    /** Waits for a line with this word in it. */
    String awaitLine(String word) throws IOException, InterruptedException {
        while (lines(word).isEmpty()) {
            assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return lines(word).getFirst();
    }

    public ServeProcess signal(String name) throws IOException, InterruptedException {
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
