package org.countersign.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.countersign.metrics.MetricRegistry;
import org.countersign.ops.HttpSettings.Address;
import org.countersign.service.log.LogEvent;
import org.countersign.testing.FreePort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class MonitoringTest {
    private final BlockingQueue<LogEvent> log = new LinkedBlockingQueue<>();
    private final Health health = new Health();
    private final MetricRegistry metrics = new MetricRegistry();

    private Monitoring start(int port) {
        return Monitoring.start(
                new HttpSettings(Address.parse("127.0.0.1:" + port)),
                () -> Monitoring.pages(List.of(metrics::readings), health),
                log::add,
                Duration.ofMillis(10));
    }

    /** Waits for the event that the listener is open, and returns the URL of its pages. */
    private String url() throws InterruptedException {
        LogEvent event = log.take();
        assertThat(event.name()).isEqualTo("http-listening");
        return "http://" + event.pairs().get("address");
    }

    private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void isReadyBetweenTheStartAndTheEndOfTheService() throws Exception {
        try (Monitoring monitoring = start(0)) {
            String url = url();
            assertThat(get(url + "/health/ready"))
                    .returns(503, HttpResponse::statusCode)
                    .returns("not ready: starting\n", HttpResponse::body);
            health.ready(Optional.empty());
            assertThat(get(url + "/health/ready"))
                    .returns(200, HttpResponse::statusCode)
                    .returns("ready\n", HttpResponse::body);
            health.stopping();
            assertThat(get(url + "/health/ready"))
                    .returns(503, HttpResponse::statusCode)
                    .returns("not ready: stopping\n", HttpResponse::body);
            assertThat(get(url + "/health/live").statusCode()).isEqualTo(200);
            assertThat(get(url + "/metrics").statusCode()).isEqualTo(200);
            assertThat(get(url + "/").body()).contains("/metrics\n", "/health/live\n", "/health/ready\n");
            assertThat(monitoring).isNotNull();
        }
    }

    @Test
    void anAddressInUseIsLoggedOnceAndTriedAgainUntilItIsFree() throws Exception {
        int port = FreePort.find();
        ServerSocket other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        try (Monitoring monitoring = start(port)) {
            LogEvent refused = log.take();
            assertThat(refused.name()).isEqualTo("http-not-listening");
            assertThat(refused.pairs().get("problem"))
                    .asString()
                    .startsWith("cannot listen on inet:127.0.0.1:" + port + ": ")
                    .contains("uses this port: stop it");
            other.close();
            assertThat(get(url() + "/health/live").statusCode()).isEqualTo(200);
            assertThat(monitoring).isNotNull();
        }
    }

    @Test
    void nothingIsServedWithoutAnAddress() {
        try (Monitoring monitoring = Monitoring.start(
                new HttpSettings(Optional.empty()),
                () -> {
                    throw new AssertionError("no page is needed");
                },
                log::add,
                Duration.ofMillis(10))) {
            assertThat(monitoring).isNotNull();
            assertThat(log).isEmpty();
        }
    }
}
