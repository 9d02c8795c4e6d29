package org.countersign.testing;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Another program that reads one request and writes one response per line. */
public final class LineProtocolProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader responses;
    private final BufferedWriter requests;

    private LineProtocolProcess(Process process) {
        this.process = process;
        this.responses = process.inputReader(StandardCharsets.US_ASCII);
        this.requests = process.outputWriter(StandardCharsets.US_ASCII);
    }

    public static LineProtocolProcess start(List<String> command) throws IOException {
        return new LineProtocolProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** The first line that the program writes; null if it has ended. */
    public @Nullable String greeting() throws IOException {
        return responses.readLine();
    }

    /**
     * Sends one request, words separated by blanks, and returns the response.
     *
     * @throws IOException if the program has ended or its response begins with {@code error}
     */
    public String ask(List<String> words) throws IOException {
        requests.write(String.join(" ", words));
        requests.newLine();
        requests.flush();
        String response = responses.readLine();
        if (response == null || response.startsWith("error ")) {
            throw new IOException("response: " + response);
        }
        return response;
    }

    @Override
    public void close() throws IOException {
        requests.close();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
