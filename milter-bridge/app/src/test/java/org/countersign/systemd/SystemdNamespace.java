package org.countersign.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.countersign.postfix.MtaTools;

/**
 * A real systemd as process 1 of private namespaces. Its root shows the files of the machine, and keeps all changes in
 * memory. So a test can install packages and units and start services without changing the machine.
 *
 * <p>Inside, {@code /tmp} and {@code /run} are empty at first, {@code /dev/log} and the journal are its own, and no service
 * of the machine runs. The loopback interface is the machine's. Several namespaces can run at the same time.
 *
 * <p>{@link #close()} ends all processes inside. They also end when the process of the test ends.
 */
public final class SystemdNamespace implements AutoCloseable {
    private static final String SCRIPT = "systemd-namespace.sh";
    private static final int START_SECONDS = 240;
    private static final int COMMAND_SECONDS = 180;

    private final Path directory;
    private final Process script;
    private final long pid;

    private SystemdNamespace(Path directory, Process script, long pid) {
        this.directory = directory;
        this.script = script;
        this.pid = pid;
    }

    /**
     * How a command ended.
     *
     * @param status the exit status; 128 and the number of the signal after a signal
     * @param output standard output and standard error
     */
    public record CommandResult(int status, String output) {}

    /** Skips the test, with the reason, where a systemd cannot be started. */
    public static void assumePossible() throws IOException {
        MtaTools.assumeInstalled("systemctl", "unshare", "nsenter", "pgrep");
        assumeTrue(Files.isExecutable(Path.of("/lib/systemd/systemd")), "systemd is not installed");
        assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")), "needs root");
    }

    /**
     * Starts systemd. Call {@link #assumePossible()} before.
     *
     * @param hidden directories that are empty inside, such as {@code /usr/lib/jvm} for a machine without Java
     */
    public static SystemdNamespace start(Path... hidden) throws IOException, InterruptedException {
        return start(List.of(), hidden);
    }

    /**
     * Starts systemd with a loopback interface of its own as the only network, so that every port is free inside. Programs
     * outside, such as the test, cannot connect. Call {@link #assumePossible()} before.
     */
    public static SystemdNamespace startOffline(Path... hidden) throws IOException, InterruptedException {
        MtaTools.assumeInstalled("ip");
        return start(List.of("--private-network"), hidden);
    }

    private static SystemdNamespace start(List<String> options, Path... hidden)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("countersign-systemd");
        Path program = Files.writeString(directory.resolve(SCRIPT), script());
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        Path work = Files.createDirectory(directory.resolve("work"));
        Path errors = directory.resolve("errors");
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(options);
        command.add(work.toString());
        Stream.of(hidden).map(Path::toString).forEach(command::add);
        // The script ends with its standard input, a pipe from this process.
        Process script = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(errors.toFile())
                .start();
        Path pid = work.resolve("pid");
        for (int tenths = 0; tenths < 10 * START_SECONDS && script.isAlive() && !Files.exists(pid); tenths++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        if (!Files.exists(pid)) {
            script.getOutputStream().close();
            script.waitFor(START_SECONDS, TimeUnit.SECONDS);
            throw new IOException("no systemd: " + Files.readString(errors));
        }
        return new SystemdNamespace(
                directory, script, Long.parseLong(Files.readString(pid).strip()));
    }

    private static String script() throws IOException {
        try (InputStream text = Objects.requireNonNull(SystemdNamespace.class.getResourceAsStream(SCRIPT), SCRIPT)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Runs a command inside, as root, without input. */
    public CommandResult run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "output", "");
        try {
            Process process = inside(List.of(command))
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true)
                    // To a file, because a daemon that the command starts would keep a pipe open.
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(String.join(" ", command) + " does not end: " + Files.readString(output));
            }
            return new CommandResult(process.exitValue(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }

    /** Runs a command that must succeed, and returns its output without the last line end. */
    public String succeed(String... command) throws IOException, InterruptedException {
        CommandResult result = run(command);
        assertThat(result.status())
                .as("%s: %s", String.join(" ", command), result.output())
                .isZero();
        return result.output().stripTrailing();
    }

    /** Runs a script of the shell that must succeed, and returns its output without the last line end. */
    public String shell(String text) throws IOException, InterruptedException {
        return succeed("sh", "-euc", text);
    }

    /** A property of a unit, as {@code systemctl show} prints it. */
    public String property(String unit, String name) throws IOException, InterruptedException {
        return succeed("systemctl", "show", "--value", "-p", name, unit);
    }

    /** What the journal has of a unit, the messages only. */
    public String journal(String unit) throws IOException, InterruptedException {
        return succeed("journalctl", "--sync", "-q") + succeed("journalctl", "-q", "-o", "cat", "-u", unit);
    }

    /** A command that runs inside, as root, for a test that needs its process. */
    public ProcessBuilder inside(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("nsenter", "-t", Long.toString(pid)));
        whole.addAll(List.of("-m", "-p", "-n", "-u", "-i", "-C", "-r", "-w", "--"));
        whole.addAll(command);
        return new ProcessBuilder(whole);
    }

    /**
     * A file inside, for programs outside. A socket can be connected to by this path. An absolute symbolic link on the way
     * leads to a file outside.
     */
    public Path path(String absolute) {
        return Path.of("/proc", Long.toString(pid), "root").resolve(absolute.substring(1));
    }

    /** Writes a file inside, with its directories. */
    public void write(String absolute, String text) throws IOException {
        Path file = path(absolute);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    public String read(String absolute) throws IOException {
        return Files.readString(path(absolute));
    }

    /** Copies a file, or a directory with all that is in it, to this path inside; its directories are made. */
    public void copy(Path source, String absolute) throws IOException {
        Path target = path(absolute);
        Files.createDirectories(target.getParent());
        try (Stream<Path> all = Files.walk(source)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                Path copy = target.resolve(source.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(each, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    /** The id of the systemd, as processes outside see it. */
    public long pid() {
        return pid;
    }

    @Override
    public void close() throws IOException {
        script.getOutputStream().close();
        try {
            if (!script.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
                script.destroyForcibly();
                throw new IOException("the systemd of the test did not end");
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while systemd ended", stop);
        }
        String errors = Files.readString(directory.resolve("errors"));
        if (script.exitValue() != 0) {
            throw new IOException("the systemd of the test did not end well: " + errors);
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
