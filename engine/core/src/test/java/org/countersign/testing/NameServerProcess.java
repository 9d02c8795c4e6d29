package org.countersign.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An unbound or an nsd, run in the foreground on a loopback port from a configuration of its own. */
public final class NameServerProcess implements AutoCloseable {
    private final Process process;
    private final CountDownLatch started = new CountDownLatch(1);
    private final LinkedBlockingDeque<String> log = new LinkedBlockingDeque<>();

    private NameServerProcess(Process process, String startedWhenSaid) {
        this.process = process;
        Thread.ofVirtual().start(() -> readLog(startedWhenSaid));
    }

    /** Where the program is, if it is installed. */
    public static Optional<Path> find(String program) {
        return Stream.of("/usr/sbin", "/usr/local/sbin", "/sbin", "/usr/bin", "/usr/local/bin")
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Runs unbound; returns once it serves. */
    public static NameServerProcess unbound(Path program, Path configuration) throws IOException, InterruptedException {
        return start(List.of(program.toString(), "-d", "-c", configuration.toString()), "start of service");
    }

    /** Runs nsd; returns once it serves. */
    public static NameServerProcess nsd(Path program, Path configuration) throws IOException, InterruptedException {
        return start(List.of(program.toString(), "-d", "-c", configuration.toString()), "nsd started");
    }

    private static NameServerProcess start(List<String> command, String startedWhenSaid)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        NameServerProcess server = new NameServerProcess(process, startedWhenSaid);
        if (!server.started.await(120, TimeUnit.SECONDS) || !process.isAlive()) {
            server.close();
            throw new IllegalStateException(command + " did not start: " + server.log);
        }
        return server;
    }

    private void readLog(String startedWhenSaid) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.add(line);
                if (line.contains(startedWhenSaid)) {
                    started.countDown();
                }
            }
        } catch (IOException ended) {
            log.add(ended.toString());
        } finally {
            started.countDown();
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
