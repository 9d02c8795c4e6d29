package org.countersign.ops.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Serves pages by HTTP, each under exactly one path. A request waits for no other one: each has a virtual thread.
 *
 * <p>The server of the JDK is enough for a few pages on a loopback address, and adds nothing to the program. Its limits
 * are system properties, which are set here unless the command line sets them.
 */
public final class HttpListener implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("countersign.http");

    // Read by the server of the JDK when its first class is loaded.
    private static final Map<String, String> LIMITS = Map.of(
            "jdk.httpserver.maxConnections", "32",
            "sun.net.httpserver.maxIdleConnections", "16",
            // Seconds: to send a request, to read its answer, and between two requests.
            "sun.net.httpserver.maxReqTime", "5",
            "sun.net.httpserver.maxRspTime", "30",
            "sun.net.httpserver.idleInterval", "60",
            "sun.net.httpserver.maxReqHeaders", "50",
            // Octets.
            "sun.net.httpserver.maxReqHeaderSize", "16384",
            "sun.net.httpserver.drainAmount", "16384");
    private static final int BACKLOG = 32;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int INTERNAL_ERROR = 500;
    private static final int NO_BODY = -1;

    private final HttpServer server;
    private final ExecutorService threads;
    private final Map<String, Page> pages;
    // Whether the last page failed, so that a lasting failure is logged once.
    private final AtomicBoolean failing = new AtomicBoolean();

    private HttpListener(HttpServer server, ExecutorService threads, Map<String, Page> pages) {
        this.server = server;
        this.threads = threads;
        this.pages = Map.copyOf(pages);
    }

    /**
     * Begins to serve.
     *
     * @param address port 0 for one that the system chooses
     * @param pages by path, such as {@code /metrics}; every other path has status 404
     * @throws IOException if the address cannot be used
     */
    public static HttpListener start(InetSocketAddress address, Map<String, Page> pages) throws IOException {
        LIMITS.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
        HttpServer server = HttpServer.create(address, BACKLOG);
        ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("http-", 1).factory());
        HttpListener listener = new HttpListener(server, threads, pages);
        server.setExecutor(threads);
        server.createContext("/", listener::serve);
        server.start();
        return listener;
    }

    /** The address that it listens on, with the actual port. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            boolean isHead = method.equals("HEAD");
            if (isHead || method.equals("GET")) {
                send(exchange, answer(exchange), isHead);
            } else {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                send(exchange, Page.Response.text(METHOD_NOT_ALLOWED, "only GET and HEAD are supported"), false);
            }
        }
    }

    private Page.Response answer(HttpExchange request) {
        // The path of a URI such as "mailto:a" is null.
        Page page = pages.get(String.valueOf(request.getRequestURI().getPath()));
        if (page == null) {
            return Page.Response.text(NOT_FOUND, "there is no such page");
        }
        try {
            Page.Response response = page.answer(request);
            failing.set(false);
            return response;
        } catch (RuntimeException bug) {
            if (failing.compareAndSet(false, true)) {
                LOG.log(System.Logger.Level.ERROR, "http-page-failed", bug);
            }
            return Page.Response.text(INTERNAL_ERROR, "an error in the program itself, which its log describes");
        }
    }

    private static void send(HttpExchange exchange, Page.Response response, boolean isHead) throws IOException {
        byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", response.contentType());
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        if (isHead) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(response.status(), NO_BODY);
        } else {
            exchange.sendResponseHeaders(response.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** Stops at once. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
