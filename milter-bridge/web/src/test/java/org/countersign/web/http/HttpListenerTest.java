package org.countersign.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.countersign.web.http.Page.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Execution(ExecutionMode.CONCURRENT)
@Timeout(240)
class HttpListenerTest {
    private static final int MAX_CONNECTIONS = 64;

    private final HttpClient client = HttpClient.newHttpClient();
    private final CountDownLatch released = new CountDownLatch(1);
    private HttpListener listener;

    @BeforeEach
    void start() throws IOException {
        listener = HttpListener.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Map.of(
                        "/metrics",
                        request -> Response.ok("for " + request.fields().getFirst("Accept")),
                        "/reports/",
                        request -> Response.ok("report"),
                        "/health/ready",
                        request -> Response.unavailable("not ready"),
                        "/broken",
                        request -> {
                            throw new IllegalStateException("broken");
                        },
                        "/slow",
                        request -> {
                            try {
                                released.await();
                            } catch (InterruptedException stopped) {
                                Thread.currentThread().interrupt();
                            }
                            return Response.ok("at last");
                        }));
    }

    @AfterEach
    void stop() {
        released.countDown();
        listener.close();
        client.close();
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:" + listener.address().getPort() + path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .header("Accept", "text/plain")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private Socket connect() throws IOException {
        return new Socket(listener.address().getAddress(), listener.address().getPort());
    }

    /** The whole answer until the server closes the connection. */
    private String exchange(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return untilClosed(socket);
        }
    }

    private static String untilClosed(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (SocketException reset) {
            return "";
        }
    }

    @Test
    void servesAPage() throws Exception {
        HttpResponse<String> response = send("GET", "/metrics?any=query");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("for text/plain\n");
        assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void answersHeadWithoutTheBody() throws Exception {
        HttpResponse<String> response = send("HEAD", "/metrics");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers().firstValue("Content-Length")).contains("15");
    }

    @Test
    void aPageMayBeUnavailable() throws Exception {
        HttpResponse<String> response = send("GET", "/health/ready");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).isEqualTo("not ready\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metrics/", "/metrics/x", "/metricsx", "/METRICS", "/health", "/%2e%2e/metrics"})
    void everyOtherPathIsNotFound(String path) throws Exception {
        assertThat(send("GET", path).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get"})
    void everyOtherMethodIsRefused(String method) throws Exception {
        HttpResponse<String> response = send(method, "/metrics");
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @Test
    void aRequestWithTwoHostsOrATargetOfAnotherHostIsRefused() throws Exception {
        for (String request : List.of(
                "GET /metrics HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n",
                "GET http://evil.example/metrics HTTP/1.1\r\nHost: localhost\r\n",
                "GET //evil.example/metrics HTTP/1.1\r\nHost: localhost\r\n",
                "GET http://evil.example/metrics HTTP/1.1\r\n")) {
            assertThat(exchange(request + "Connection: close\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        }
        assertThat(exchange(
                        "GET http://LOCALHOST:1/metrics HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aPrefixWithoutItsSlashLeadsToIt() throws Exception {
        HttpResponse<String> response = send("GET", "/reports");
        assertThat(response.statusCode()).isEqualTo(303);
        assertThat(response.headers().firstValue("Location")).contains("reports/");
        assertThat(send("GET", "/reports/any").statusCode()).isEqualTo(200);
    }

    @Test
    void answersThatNobodyReadsAreBoundedTogether() throws Exception {
        int size = 8 << 20;
        try (HttpListener small = HttpListener.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Map.of("/large", request -> Response.ok("x".repeat(size)), "/small", request -> Response.ok("y")),
                size + size / 2)) {
            String large = "GET /large HTTP/1.0\r\n\r\n";
            try (Socket slow =
                    new Socket(small.address().getAddress(), small.address().getPort())) {
                slow.getOutputStream().write(large.getBytes(StandardCharsets.US_ASCII));
                // Its answer has begun, and is larger than what the system takes.
                assertThat(slow.getInputStream().read()).isEqualTo('H');
                assertThat(of(small, large)).startsWith("TTP/1.1 503").contains("too many pages are being sent");
                assertThat(of(small, "GET /small HTTP/1.0\r\n\r\n")).startsWith("TTP/1.1 200");
                assertThat(untilClosed(slow)).hasSizeGreaterThan(size);
            }
            String again = of(small, large);
            while (again.startsWith("TTP/1.1 503")) {
                again = of(small, large);
            }
            assertThat(again).startsWith("TTP/1.1 200");
        }
    }

    /** The whole answer but its first letter. */
    private static String of(HttpListener listener, String request) throws IOException {
        try (Socket socket =
                new Socket(listener.address().getAddress(), listener.address().getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            return untilClosed(socket);
        }
    }

    @Test
    void aPageThatFailsDoesNotStopTheOthers() throws Exception {
        assertThat(send("GET", "/broken").statusCode()).isEqualTo(500);
        assertThat(send("GET", "/metrics").statusCode()).isEqualTo(200);
    }

    @Test
    void aSlowPageDoesNotDelayTheOthers() throws Exception {
        try (Socket slow = connect()) {
            slow.getOutputStream().write("GET /slow HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(send("GET", "/metrics").statusCode()).isEqualTo(200);
            released.countDown();
            assertThat(untilClosed(slow)).endsWith("at last\n");
        }
    }

    @Test
    void aHeaderSectionAboveTheLimitsIsNotAnswered() throws IOException {
        assertThat(exchange(request(fields(10)))).contains(" 200 ");
        assertThat(exchange(request(fields(60)))).doesNotContain(" 200 ");
        assertThat(exchange(request("X: " + "x".repeat(17_000) + "\r\n"))).doesNotContain(" 200 ");
    }

    private static String request(String fields) {
        return "GET /metrics HTTP/1.0\r\n" + fields + "\r\n";
    }

    private static String fields(int number) {
        return IntStream.range(0, number).mapToObj(i -> "X" + i + ": x\r\n").collect(Collectors.joining());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mailto:a", "*", "http://127.0.0.1", "//", "?/metrics", "#/metrics", "a b", ""})
    void aTargetWithoutAKnownPathIsNotAnswered(String target) throws Exception {
        assertThat(exchange("GET " + target + " HTTP/1.0\r\n\r\n")).doesNotContain(" 200 ");
        assertThat(send("GET", "/metrics").statusCode()).isEqualTo(200);
    }

    @Test
    void randomOctetsAreNotAnswered() throws Exception {
        byte[] octets = new byte[1 << 20];
        new Random(1).nextBytes(octets);
        try (Socket socket = connect()) {
            try {
                socket.getOutputStream().write(octets);
            } catch (SocketException closed) {
                // The server has seen enough.
            }
            assertThat(untilClosed(socket)).doesNotContain(" 200 ");
        }
        assertThat(send("GET", "/metrics").statusCode()).isEqualTo(200);
    }

    @Test
    void aClientThatDoesNotFinishItsRequestIsDisconnected() throws IOException {
        assertThat(exchange("GET /metrics HTTP/1.1\r\nX: ")).doesNotContain(" 200 ");
    }

    @Test
    void aBodyIsNotAwaited() throws Exception {
        assertThat(exchange("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n"))
                .doesNotContain(" 200 ");
        assertThat(send("GET", "/metrics").statusCode()).isEqualTo(200);
    }

    @Test
    void moreConnectionsThanTheLimitAreClosed() throws Exception {
        List<Socket> held = new ArrayList<>();
        try {
            byte[] request = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < MAX_CONNECTIONS; i++) {
                Socket socket = connect();
                held.add(socket);
                socket.getOutputStream().write(request);
            }
            try (Socket another = connect()) {
                assertThat(untilClosed(another)).isEmpty();
            }
            released.countDown();
            for (Socket socket : held) {
                assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                        .isEqualTo("HTTP/1.1 200");
            }
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }
}
