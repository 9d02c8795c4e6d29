package org.countersign.ops;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.countersign.metrics.Reading;
import org.countersign.milter.server.BindFailure;
import org.countersign.ops.http.MetricsPage;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;
import org.countersign.syntax.Ascii;
import org.countersign.web.http.HttpListener;
import org.countersign.web.http.Page;
import org.countersign.web.http.Page.Response;

/**
 * Serves metrics and health by HTTP, if the settings say where.
 *
 * <p>Mail does not depend on it: if its address cannot be used, that is logged once, and it is tried again until it can
 * be used.
 */
final class Monitoring implements AutoCloseable {
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(10);

    private final Duration retryInterval;
    private final Map<String, Page> pages;
    private final EventLog log;
    private final AtomicReference<Optional<HttpListener>> listener = new AtomicReference<>(Optional.empty());
    private Optional<Thread> opener = Optional.empty();

    private Monitoring(Map<String, Page> pages, EventLog log, Duration retryInterval) {
        this.retryInterval = retryInterval;
        this.pages = pages;
        this.log = log;
    }

    /**
     * The pages of the service, by path.
     *
     * @param sources of the metrics; called for each request
     */
    static Map<String, Page> pages(List<Supplier<List<Reading>>> sources, Health health) {
        return Map.of(
                "/",
                request -> Response.ok("Countersign\n\n/metrics\n/health/live\n/health/ready"),
                "/metrics",
                new MetricsPage(sources),
                "/health/live",
                request -> health.problem()
                        .map(problem -> Response.unavailable("not alive: " + problem))
                        .orElseGet(() -> Response.ok("alive")),
                "/health/ready",
                request -> health.stage() == Health.Stage.READY
                        ? Response.ok("ready")
                        : Response.unavailable(
                                "not ready: " + Ascii.lower(health.stage().name())));
    }

    /**
     * Begins to serve pages, now or as soon as the address can be used.
     *
     * @param pages called only if the settings have an address
     */
    static Monitoring start(HttpSettings settings, Supplier<Map<String, Page>> pages, EventLog log) {
        return start(settings, pages, log, RETRY_INTERVAL);
    }

    static Monitoring start(
            HttpSettings settings, Supplier<Map<String, Page>> pages, EventLog log, Duration retryInterval) {
        Monitoring monitoring =
                new Monitoring(settings.listen().isEmpty() ? Map.of() : pages.get(), log, retryInterval);
        settings.listen().ifPresent(monitoring::start);
        return monitoring;
    }

    private void start(HttpSettings.Address address) {
        try {
            open(address);
        } catch (IOException failure) {
            log.write(new LogEvent("server", Level.ERROR, "http-not-listening")
                    .with("address", address)
                    .with("problem", String.valueOf(new BindFailure(address.socket(), failure).getMessage()))
                    .with("retry-seconds", retryInterval.toSeconds()));
            opener = Optional.of(Thread.ofVirtual().name("http opener").start(() -> retry(address)));
        }
    }

    private void open(HttpSettings.Address address) throws IOException {
        if (!(address.socket().resolve() instanceof InetSocketAddress resolved)) {
            throw new IllegalStateException("an HTTP address is a TCP address");
        }
        HttpListener opened = HttpListener.start(resolved, pages);
        listener.set(Optional.of(opened));
        log.write(new LogEvent("server", Level.INFO, "http-listening")
                .with(
                        "address",
                        opened.address().getAddress().getHostAddress() + ":"
                                + opened.address().getPort()));
    }

    private void retry(HttpSettings.Address address) {
        try {
            while (listener.get().isEmpty()) {
                Thread.sleep(retryInterval);
                try {
                    open(address);
                } catch (IOException again) {
                    // It was logged when it began.
                }
            }
        } catch (InterruptedException end) {
            // Closed.
        }
    }

    @Override
    public void close() {
        if (opener.isPresent()) {
            opener.get().interrupt();
            try {
                opener.get().join();
            } catch (InterruptedException early) {
                Thread.currentThread().interrupt();
            }
        }
        listener.get().ifPresent(HttpListener::close);
    }
}
