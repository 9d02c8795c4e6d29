package org.countersign.ops;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.logging.LogManager;

/** The milter service in this process, with metrics and health on a port of its own. */
final class RunningService implements AutoCloseable {
    private static final int LOG_BUFFER = 1 << 16;

    private final HttpClient client = HttpClient.newHttpClient();
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Thread service;
    private final String http;
    private final String milter;

    private RunningService(Path policyFile) throws IOException, InterruptedException {
        PipedOutputStream log = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(log, LOG_BUFFER);
        Thread.ofVirtual().start(() -> read(in));
        service = Thread.ofPlatform().start(() -> {
            try (PrintStream stream = new PrintStream(log, true, StandardCharsets.UTF_8)) {
                new MilterService(stream, false).run(Optional.of(policyFile));
            } catch (Exception failure) {
                lines.add("failed: " + failure);
            }
        });
        http = "http://" + await("event=http-listening").replaceFirst("^.* address=(\\S+) .*$", "$1");
        milter = await("event=listening").replaceFirst("^.* address=(\\S+) .*$", "$1");
    }

    /**
     * Starts a service.
     *
     * @param directory where its policy file is written
     * @param policy the settings besides the addresses
     */
    static RunningService start(Path directory, String policy) throws IOException, InterruptedException {
        return start(directory, "", policy);
    }

    /** Starts a service with its web page. The token is in the file {@code web.token} of the directory. */
    static RunningService startWithPage(Path directory, String policy) throws IOException, InterruptedException {
        return start(directory, ", web: true, token-file: web.token", policy);
    }

    private static RunningService start(Path directory, String page, String policy)
            throws IOException, InterruptedException {
        return new RunningService(Files.writeString(
                directory.resolve("mx.yaml"),
                "listen: [\"inet:127.0.0.1:0\"]\nhttp: { listen: \"127.0.0.1:0\"" + page + " }\n" + policy));
    }

    private void read(PipedInputStream in) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            reader.lines().forEach(lines::add);
        } catch (IOException end) {
            // The service has ended.
        }
    }

    /** Waits for a line of the log. */
    String await(String event) throws InterruptedException {
        String line = lines.take();
        while (!(line + " ").contains(event + " ")) {
            if (line.startsWith("failed: ")) {
                throw new AssertionError(line);
            }
            line = lines.take();
        }
        return line;
    }

    /** The address of the milter, as in a policy file. */
    String milter() {
        return milter;
    }

    HttpResponse<String> get(String path, Map<String, String> fields) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(http + path));
        fields.forEach(request::header);
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The metrics in the text format of Prometheus. */
    String metrics() throws IOException, InterruptedException {
        return get("/metrics", Map.of()).body();
    }

    @Override
    public void close() throws IOException {
        client.close();
        service.interrupt();
        try {
            service.join();
        } catch (InterruptedException early) {
            Thread.currentThread().interrupt();
        }
        LogManager.getLogManager().readConfiguration();
    }
}
