package org.countersign.james;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.countersign.testing.FreePort;
import org.countersign.testing.SmtpConnection;

/**
 * The distribution of Apache James 3.8.1 in its own process, with the configuration in {@code james-mailet/examples} and
 * the jar in its extensions folder. Stored mail is read through its web administration.
 */
final class StockJames implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");
    private static final Path ROOT = Path.of(System.getProperty("countersign.root"));

    private final Path directory;
    private final Process process;
    private final int port;
    private final URI admin;
    private final HttpClient http = HttpClient.newHttpClient();

    private StockJames(Path directory, Process process, int port, int adminPort) {
        this.directory = directory;
        this.process = process;
        this.port = port;
        this.admin = URI.create("http://127.0.0.1:" + adminPort + "/");
    }

    /** The directory of the tested module. */
    static Path module(String name) {
        return ROOT.resolve("james-mailet").resolve(name);
    }

    /** The jar for James 3.8. */
    static Path jar() {
        return module("dist/target/countersign-james-3.8.jar");
    }

    /** The jars of James itself. */
    static List<Path> jarsOfJames() {
        return Stream.of(read(module("stock/target/class-path")).strip().split(":", -1))
                .map(Path::of)
                .toList();
    }

    /** Copies the examples and the jar into an empty directory, as in the README. */
    static void prepare(Path directory) throws IOException {
        Path conf = Files.createDirectories(directory.resolve("conf"));
        try (Stream<Path> examples = Files.list(module("examples/conf"))) {
            for (Path example : examples.toList()) {
                Files.copy(example, conf.resolve(example.getFileName()));
            }
        }
        Files.copy(
                jar(),
                Files.createDirectories(directory.resolve("extensions-jars")).resolve(jar().getFileName()));
    }

    /** Starts James in a {@linkplain #prepare prepared} directory, with the jars in Maven's repository. */
    static StockJames start(Path directory, int dnsPort) throws IOException {
        return start(
                directory,
                dnsPort,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        read(module("stock/target/class-path")).strip(),
                        "-Dworking.directory=.",
                        "-Dlogback.configurationFile=conf/logback.xml",
                        "org.apache.james.MemoryJamesServerMain"));
    }

    /**
     * Starts James in a prepared directory, behind a proxy, on free ports.
     *
     * @param dnsPort the port of the DNS server in the policy file
     * @param command the command that starts James; it replaces its shell
     */
    static StockJames start(Path directory, int dnsPort, List<String> command) throws IOException {
        int port = FreePort.find();
        int adminPort = FreePort.find();
        edit(
                directory.resolve("conf/smtpserver.xml"),
                text -> swap(
                        text,
                        "<bind>127.0.0.1:2525</bind>",
                        "<bind>127.0.0.1:" + port + "</bind><proxyRequired>true</proxyRequired>"));
        edit(directory.resolve("conf/webadmin.properties"), text -> swap(text, "port=8000", "port=" + adminPort));
        // The server of the test has more time to answer: the machine may stand still for some seconds.
        edit(
                directory.resolve("conf/countersign.yaml"),
                text -> swap(
                        text,
                        "127.0.0.1:53\"]\n  deadline: 5s",
                        "127.0.0.1:" + dnsPort + "\"]\n  timeout: 30s\n  deadline: 60s"));
        ProcessBuilder process = inDirectory(directory, command);
        return new StockJames(
                directory,
                process.redirectOutput(directory.resolve("log").toFile()).start(),
                port,
                adminPort);
    }

    /** A shell command with this JDK's Java first in the path, and COUNTERSIGN set as in the README. */
    static ProcessBuilder inDirectory(Path directory, List<String> command) {
        ProcessBuilder process =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        process.environment().put("COUNTERSIGN", ROOT.toString());
        process.environment()
                .merge(
                        "PATH",
                        Path.of(System.getProperty("java.home"), "bin").toString(),
                        (path, java) -> java + ":" + path);
        return process;
    }

    /** The number of its threads. */
    int threads() {
        return read(Path.of("/proc", Long.toString(process.pid()), "status"))
                .lines()
                .filter(line -> line.startsWith("Threads:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring("Threads:".length()).strip()))
                .findFirst()
                .orElseThrow();
    }

    /** Waits until James accepts mail, and returns it. */
    StockJames awaitStart() {
        await("James has not started", () -> {
            if (!process.isAlive()) {
                throw new AssertionError("James has ended:\n" + log());
            }
            return log().contains("JAMES server started");
        });
        return this;
    }

    /** Waits until James terminates, or logs that it cannot start. */
    void awaitRefusalToStart(String complaint) {
        await("James has not complained", () -> log().contains(complaint));
        if (log().contains("JAMES server started")) {
            throw new AssertionError("James has started all the same");
        }
    }

    String log() {
        return read(directory.resolve("log"));
    }

    /** Changes the policy file, and waits until the change has taken effect. */
    void changePolicy(String example, String ours) throws IOException {
        long before = reloads();
        edit(directory.resolve("conf/countersign.yaml"), text -> swap(text, example, ours));
        await("the policy file is not reloaded", () -> reloads() > before);
    }

    private long reloads() {
        return log().lines()
                .filter(line -> line.contains("reloaded policy-file="))
                .count();
    }

    /** Connects as a client with this address. */
    SmtpConnection from(String address, String helo) throws IOException {
        return SmtpConnection.openThroughProxy(port, address).hello(helo);
    }

    void addUser(String address, String password) throws Exception {
        call("PUT", "domains/" + address.substring(address.indexOf('@') + 1), "");
        call("PUT", "users/" + address, "{\"password\":\"" + password + "\"}");
    }

    /** The number of stored messages. */
    int delivered() throws Exception {
        return keys().size();
    }

    /** Waits for a number of stored messages, and returns their octets as ISO 8859-1. */
    List<String> awaitDelivered(int messages) throws Exception {
        await("James has not delivered " + messages + " messages", () -> keys().size() >= messages);
        List<String> delivered = new java.util.ArrayList<>();
        for (String key : keys()) {
            delivered.add(get("mailRepositories/var%2Fmail%2Fdelivered/mails/" + key, "message/rfc822"));
        }
        return delivered;
    }

    /** Deletes all stored messages. */
    void deleteStoredMail() throws Exception {
        call("DELETE", "mailRepositories/var%2Fmail%2Fdelivered/mails", "");
        await("the repository is not empty", () -> keys().isEmpty());
    }

    private List<String> keys() throws Exception {
        return QUOTED.matcher(get("mailRepositories/var%2Fmail%2Fdelivered/mails", "application/json"))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private String get(String path, String type) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(admin.resolve(path))
                .header("Accept", type)
                .timeout(PATIENCE)
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.ISO_8859_1))
                .body();
    }

    private void call(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(admin.resolve(path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .timeout(PATIENCE)
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new AssertionError(method + " " + path + ": " + response.statusCode() + " " + response.body());
        }
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(String otherwise, Condition condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!condition.holds()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError(otherwise);
                }
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        } catch (Exception failure) {
            throw new AssertionError(otherwise, failure);
        }
    }

    /** Replaces a file atomically, because James may be watching it. */
    static void edit(Path file, UnaryOperator<String> change) throws IOException {
        Path next = Files.writeString(file.resolveSibling("next"), change.apply(Files.readString(file)));
        Files.move(next, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    static String swap(String text, String example, String ours) {
        if (!text.contains(example)) {
            throw new AssertionError("not there any more: " + example);
        }
        return text.replace(example, ours);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException end) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
