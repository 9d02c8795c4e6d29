package org.countersign.ops.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.countersign.metrics.Label;
import org.countersign.metrics.Metric;
import org.countersign.metrics.MetricRegistry;
import org.countersign.web.http.Page.Response;
import org.countersign.web.http.PageRequest;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
    private static final Metric QUERIES = Metric.counter("test_queries_total", "Queries by server.");
    private static final Metric OPEN = Metric.gauge("test_open_connections", "Open connections.");
    private static final Metric WAIT = Metric.histogram("test_wait_seconds", "Waiting time.");
    private static final Metric BUILD = Metric.gauge("test_build_info", "The version.");

    private final MetricRegistry registry = new MetricRegistry();
    private final MetricRegistry other = new MetricRegistry();
    private final MetricsPage page = new MetricsPage(List.of(registry::readings, other::readings));

    private String text(String accept) {
        return answer(accept).body();
    }

    private Response answer(String accept) {
        Headers headers = new Headers();
        headers.set("Accept", accept);
        return page.answer(
                new PageRequest("GET", "/metrics", Map.of(), headers, InetAddress.getLoopbackAddress(), Map.of()));
    }

    @Test
    void writesCountersAndGaugesOfAllSources() {
        registry.counter(QUERIES, new Label("server", "127.0.0.1:53")).add(3);
        registry.counter(QUERIES, new Label("server", "[::1]:53"));
        other.gauge(OPEN, () -> 7);
        assertThat(text("text/plain")).contains("""
                # HELP test_queries_total Queries by server.
                # TYPE test_queries_total counter
                test_queries_total{server="127.0.0.1:53"} 3.0
                test_queries_total{server="[::1]:53"} 0.0
                """, """
                # HELP test_open_connections Open connections.
                # TYPE test_open_connections gauge
                test_open_connections 7.0
                """);
    }

    @Test
    void isMadeOnAThreadOfTheOperatingSystemForMailWaitsForVirtualThreads() throws Exception {
        AtomicReference<Thread> maker = new AtomicReference<>(Thread.currentThread());
        MetricsPage watched = new MetricsPage(List.of(() -> {
            maker.set(Thread.currentThread());
            return List.of();
        }));
        PageRequest request =
                new PageRequest("GET", "/metrics", Map.of(), new Headers(), InetAddress.getLoopbackAddress(), Map.of());
        Thread.ofVirtual().start(() -> watched.answer(request)).join();
        assertThat(maker.get().getName()).startsWith("page-");
        assertThat(maker.get().isVirtual()).isFalse();
    }

    @Test
    void writesTheBucketsOfAHistogramInSeconds() {
        registry.histogram(WAIT).record(Duration.ofMillis(3).toNanos());
        registry.histogram(WAIT).record(Duration.ofSeconds(7).toNanos());
        registry.histogram(WAIT).record(Duration.ofHours(1).toNanos());
        assertThat(text("text/plain"))
                .contains(
                        "# TYPE test_wait_seconds histogram\n",
                        "test_wait_seconds_bucket{le=\"1.0E-4\"} 0\n",
                        "test_wait_seconds_bucket{le=\"0.0025\"} 0\n",
                        "test_wait_seconds_bucket{le=\"0.005\"} 1\n",
                        "test_wait_seconds_bucket{le=\"10.0\"} 2\n",
                        "test_wait_seconds_bucket{le=\"300.0\"} 2\n",
                        "test_wait_seconds_bucket{le=\"+Inf\"} 3\n",
                        "test_wait_seconds_count 3\n",
                        "test_wait_seconds_sum 3607.003\n");
    }

    @Test
    void escapesTheValuesOfLabels() {
        registry.counter(QUERIES, new Label("server", "a\"b\\c\nd"));
        assertThat(text("text/plain")).contains("test_queries_total{server=\"a\\\"b\\\\c\\nd\"} 0.0\n");
    }

    @Test
    void writesOpenMetricsIfTheClientPrefersIt() {
        registry.counter(QUERIES).add(2);
        registry.gauge(BUILD, () -> 1, new Label("version", "1.2"));
        Response answer = answer("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5");
        assertThat(answer.contentType()).startsWith("application/openmetrics-text");
        assertThat(answer.body())
                .contains("# TYPE test_queries counter\n", "test_queries_total 2.0\n")
                .contains("# TYPE test_build info\n", "test_build_info{version=\"1.2\"} 1\n")
                .endsWith("# EOF\n");
        assertThat(answer("*/*").contentType()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    }

    /** As Prometheus asks with native histograms switched on. */
    @Test
    void writesTextIfTheClientPrefersProtobuf() {
        registry.counter(QUERIES).add(2);
        String protobuf = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";
        assertThat(answer(protobuf).body()).contains("test_queries_total 2.0\n");
        assertThat(answer(protobuf + ";q=0.6,application/openmetrics-text;version=1.0.0;q=0.5")
                        .contentType())
                .startsWith("application/openmetrics-text");
    }

    @Test
    void writesTheMetricsOfTheRuntime() {
        assertThat(text("text/plain"))
                .contains("\njvm_memory_used_bytes{", "\njvm_threads_current ", "\nprocess_open_fds ")
                .contains("\nprocess_max_fds ", "\nprocess_start_time_seconds ", "\njvm_gc_collection_seconds_count{");
    }
}
