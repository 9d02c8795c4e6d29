package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    private static final Path LAUNCHER = Path.of(
                    Optional.ofNullable(System.getProperty("countersign.root")).orElse("../.."))
            .resolve("milter-bridge/package/src/launcher");
    private static final Pattern SERVICE_OPTIONS = Pattern.compile(" options=\"(-Xmx[^\"]*)\"");
    // A build in the background (nohup, or & in a script) ignores SIGHUP and SIGINT. Its child processes inherit that,
    // and Java installs no handler for an ignored signal.
    private static final List<String> DEFAULT_SIGNALS = List.of("env", "--default-signal=HUP,INT,TERM,USR1");
    // A service that runs for seconds needs a third less time of the processor with these.
    private static final List<String> QUICK_START = List.of("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");

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

    /**
     * Starts the service, and waits until another file than its output says that it listens.
     *
     * @param lines where the log is expected
     * @param output the file for its standard output and standard error
     * @param environment more variables
     */
    static ServiceProcess startLoggingTo(
            Path lines, Path policy, Path output, Map<String, String> environment, String... prefix)
            throws IOException, InterruptedException {
        ProcessBuilder command = command(policy, prefix)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        command.environment().putAll(environment);
        ServiceProcess serve = new ServiceProcess(command.start(), lines);
        serve.awaitLine("listening");
        return serve;
    }

    /** Starts the service without waiting, since its log goes elsewhere. */
    public static ServiceProcess startSilently(Path policy, Path output, String... prefix) throws IOException {
        return new ServiceProcess(
                command(policy, prefix)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start(),
                output);
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

    /** The command line of the service, with the options of the Java virtual machine that the packages have. */
    static ProcessBuilder command(Path policy, String... prefix) {
        return command(List.of(prefix), packageOptions(), policy);
    }

    /** The options of the installed launcher, but for the files of the package: what it survives depends on them. */
    private static List<String> packageOptions() {
        try {
            Matcher options = SERVICE_OPTIONS.matcher(Files.readString(LAUNCHER.resolve("countersign")));
            assertThat(options.find()).isTrue();
            List<String> all = new ArrayList<>(List.of("@" + LAUNCHER.resolve("java.options")));
            all.addAll(List.of(options.group(1).split(" ", -1)));
            return all;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static ProcessBuilder command(List<String> prefix, List<String> options, Path policy) {
        List<String> command = new ArrayList<>(DEFAULT_SIGNALS);
        command.addAll(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(QUICK_START);
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
    public String awaitLine(String word) throws IOException, InterruptedException {
        while (lines(word).isEmpty()) {
            assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return lines(word).getFirst();
    }

    /** Waits for a line that another program writes after the service has ended. */
    void awaitLineAfterExit(String word) throws IOException, InterruptedException {
        while (lines(word).isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
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
        assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
