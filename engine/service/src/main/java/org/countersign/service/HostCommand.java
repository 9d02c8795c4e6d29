package org.countersign.service;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a program of this machine that only prints something, such as id(1) or postconf(1). */
public final class HostCommand {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_OUTPUT = 1 << 20;

    private HostCommand() {}

    /**
     * Runs a program, without a shell and without input.
     *
     * @return what it prints on standard output, at most a mebibyte; empty if there is no such program, if it fails, or
     *     if it takes longer than ten seconds
     */
    public static Optional<String> run(String... command) {
        Process process;
        try {
            process = new ProcessBuilder(List.of(command))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException missing) {
            return Optional.empty();
        }
        try (InputStream out = process.getInputStream()) {
            process.getOutputStream().close();
            // In a thread, because reading ends only with the process.
            FutureTask<byte[]> output = new FutureTask<>(() -> out.readNBytes(MAX_OUTPUT));
            Thread.startVirtualThread(output);
            byte[] octets = output.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            return process.waitFor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() == 0
                    ? Optional.of(new String(octets, StandardCharsets.UTF_8))
                    : Optional.empty();
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (IOException | ExecutionException | TimeoutException broken) {
            return Optional.empty();
        } finally {
            process.destroyForcibly();
        }
    }
}
