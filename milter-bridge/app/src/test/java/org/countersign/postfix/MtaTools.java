package org.countersign.postfix;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Finds and runs the programs of the system that tests need. Call the methods with an assumption in {@code
 * @BeforeEach}, so that the report of Surefire has the skipped tests.
 */
public final class MtaTools {
    private static final List<Path> FOLDERS = Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/bin")
            .map(Path::of)
            .toList();
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private MtaTools() {}

    /** Skips the test where one of these commands is not installed. */
    public static void assumeInstalled(String... commands) {
        for (String command : commands) {
            assumeTrue(find(command).isPresent(), command + " is not installed");
        }
    }

    /** Skips the test where a private Postfix cannot be run. */
    public static void assumePostfix() throws IOException {
        assumeInstalled("postfix", "postqueue");
        assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")), "needs root");
    }

    /** Skips the test where Debian's Python lacks one of these modules. */
    public static void assumePythonModules(String... modules) throws IOException {
        assumeInstalled("python3");
        for (String module : modules) {
            assumeTrue(succeeds("/usr/bin/python3", "-c", "import " + module), "Python has no module " + module);
        }
    }

    static Optional<Path> find(String command) {
        return FOLDERS.stream()
                .map(folder -> folder.resolve(command))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Runs a command and returns its output; throws if it fails. */
    static String run(Path output, String command, String... arguments) throws IOException {
        return run(Path.of("/dev/null"), output, command, arguments);
    }

    /** The same, with a file as standard input. */
    static String run(Path input, Path output, String command, String... arguments) throws IOException {
        Path program = find(command).orElseThrow(() -> new IOException(command + " is not installed"));
        Process process = new ProcessBuilder(Stream.concat(Stream.of(program.toString()), Stream.of(arguments))
                        .toList())
                // To a file, because a daemon that the command starts would keep a pipe open.
                .redirectInput(input.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean good = ended(process) && process.exitValue() == 0;
        String text = Files.readString(output);
        if (!good) {
            throw new IOException(command + " " + String.join(" ", arguments) + " failed: " + text);
        }
        return text;
    }

    private static boolean succeeds(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return ended(process) && process.exitValue() == 0;
    }

    /** Waits for the end of a process, and kills it after the timeout. */
    static boolean ended(Process process) throws IOException {
        try {
            if (process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                return true;
            }
            process.destroyForcibly();
            return false;
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a command ran", stop);
        }
    }
}
