package org.countersign.web.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.countersign.web.http.Page.Response;

/**
 * Serves pages by HTTP, each under one path, or under a prefix that ends in a slash. A request waits for no other one: each
 * has a virtual thread.
 *
 * <p>The server of the JDK is enough for a few pages on a loopback address, and adds nothing to the program. Its limits
 * are system properties, which are set here unless the command line sets them.
 */
public final class HttpListener implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("countersign.http");

    // Read by the server of the JDK when its first class is loaded.
    private static final Map<String, String> LIMITS = Map.of(
            "jdk.httpserver.maxConnections", "64",
            "sun.net.httpserver.maxIdleConnections", "16",
            // Seconds: to send a request, to read its answer, and between two requests.
            "sun.net.httpserver.maxReqTime", "5",
            "sun.net.httpserver.maxRspTime", "10",
            "sun.net.httpserver.idleInterval", "60",
            "sun.net.httpserver.maxReqHeaders", "50",
            // Octets.
            "sun.net.httpserver.maxReqHeaderSize", "16384",
            "sun.net.httpserver.drainAmount", "16384");
    // Nothing is loaded from anywhere else, nothing is stored, and no other site can embed a page or read it.
    private static final Map<String, String> SECURITY = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                    + " frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            // Nothing at all would make browsers hide where a form comes from (field Origin).
            "same-origin",
            "Cache-Control",
            "no-store",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Cross-Origin-Opener-Policy",
            "same-origin");
    private static final int BACKLOG = 64;
    private static final int MAX_BODY = 16 * 1024;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int TOO_LARGE = 413;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int INTERNAL_ERROR = 500;
    // Of the heap, all answers together that are being sent.
    private static final int HEAP_PART = 16;
    private static final int NO_BODY = -1;

    private final HttpServer server;
    private final ExecutorService threads;
    private final Map<String, Page> pages;
    private final Semaphore octets;
    // Whether the last page failed, so that a lasting failure is logged once.
    private final AtomicBoolean failing = new AtomicBoolean();

    private HttpListener(HttpServer server, ExecutorService threads, Map<String, Page> pages, int maxOctets) {
        this.server = server;
        this.threads = threads;
        this.pages = Map.copyOf(pages);
        this.octets = new Semaphore(maxOctets);
    }

    /**
     * Begins to serve.
     *
     * @param address port 0 for one that the system chooses
     * @param pages by path, such as {@code /metrics}, or by a prefix such as {@code /reports/}; every other path has
     *     status 404
     * @throws IOException if the address cannot be used
     */
    public static HttpListener start(InetSocketAddress address, Map<String, Page> pages) throws IOException {
        long octets = Runtime.getRuntime().maxMemory() / HEAP_PART;
        return start(address, pages, (int) Math.min(Integer.MAX_VALUE, octets));
    }

    /**
     * Begins to serve.
     *
     * @param maxOctets the size of all bodies together that clients have not read yet
     */
    static HttpListener start(InetSocketAddress address, Map<String, Page> pages, int maxOctets) throws IOException {
        LIMITS.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
        HttpServer server = HttpServer.create(address, BACKLOG);
        ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("http-", 1).factory());
        HttpListener listener = new HttpListener(server, threads, pages, maxOctets);
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
            if (!hasOneHost(exchange)) {
                send(exchange, Response.text(BAD_REQUEST, "a request has one Host, that of its target"), isHead);
                return;
            }
            // The path of a URI such as "mailto:a" is null.
            String path = String.valueOf(exchange.getRequestURI().getPath());
            Optional<Page> page = page(path);
            if (page.isPresent() && page.get().takesForms() && method.equals("POST")) {
                send(exchange, answer(page.get(), path, exchange), false);
            } else if (!isHead && !method.equals("GET")) {
                String allowed = page.isPresent() && page.get().takesForms() ? "GET, HEAD, POST" : "GET, HEAD";
                exchange.getResponseHeaders().set("Allow", allowed);
                send(exchange, Response.text(METHOD_NOT_ALLOWED, "only " + allowed + " are supported"), false);
            } else if (page.isEmpty() && pages.containsKey(path + "/")) {
                send(exchange, Response.seeOther(path.substring(path.lastIndexOf('/') + 1) + "/"), isHead);
            } else if (page.isEmpty()) {
                send(exchange, Response.text(NOT_FOUND, "there is no such page"), isHead);
            } else {
                send(exchange, answer(page.get(), path, exchange), isHead);
            }
        }
    }

    /**
     * Whether a request names one host, or none as in HTTP/1.0. What a page checks is then what a proxy in front of it has
     * checked (RFC 9112 section 3.2).
     */
    private static boolean hasOneHost(HttpExchange exchange) {
        List<String> hosts = exchange.getRequestHeaders().getOrDefault("Host", List.of());
        String authority = exchange.getRequestURI().getRawAuthority();
        return hosts.size() <= 1
                && (authority == null || (hosts.size() == 1 && authority.equalsIgnoreCase(hosts.getFirst())));
    }

    private Optional<Page> page(String path) {
        // Only a slash after the first character can end a prefix: "/" alone is the path of a page.
        int slash = path.indexOf('/', 1);
        return Optional.ofNullable(pages.get(path))
                .or(() -> slash < 0 ? Optional.empty() : Optional.ofNullable(pages.get(path.substring(0, slash + 1))));
    }

    private Response answer(Page page, String path, HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestMethod().equals("POST")
                ? exchange.getRequestBody().readNBytes(MAX_BODY + 1)
                : new byte[0];
        if (body.length > MAX_BODY) {
            return Response.text(TOO_LARGE, "a form has at most " + MAX_BODY + " octets");
        }
        PageRequest request;
        try {
            request = new PageRequest(
                    exchange.getRequestMethod(),
                    path,
                    PageRequest.parameters(
                            Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), "")),
                    exchange.getRequestHeaders(),
                    exchange.getRemoteAddress().getAddress(),
                    PageRequest.parameters(new String(body, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException notEncoded) {
            return Response.text(BAD_REQUEST, "the parameters are not encoded as those of a form");
        }
        try {
            Response response = page.answer(request);
            failing.set(false);
            return response;
        } catch (RuntimeException bug) {
            if (failing.compareAndSet(false, true)) {
                LOG.log(System.Logger.Level.ERROR, "http-page-failed", bug);
            }
            return Response.text(INTERNAL_ERROR, "an error in the program itself, which its log describes");
        }
    }

    private void send(HttpExchange exchange, Response response, boolean isHead) throws IOException {
        byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
        // Clients that do not read must not fill the heap: mail needs it.
        if (!octets.tryAcquire(body.length)) {
            write(exchange, Response.unavailable("too many pages are being sent: try again"), isHead);
            return;
        }
        try {
            write(exchange, response, body, isHead);
        } finally {
            octets.release(body.length);
        }
    }

    private static void write(HttpExchange exchange, Response response, boolean isHead) throws IOException {
        write(exchange, response, response.body().getBytes(StandardCharsets.UTF_8), isHead);
    }

    private static void write(HttpExchange exchange, Response response, byte[] body, boolean isHead)
            throws IOException {
        Headers fields = exchange.getResponseHeaders();
        response.fields().forEach(fields::set);
        fields.set("Content-Type", response.contentType());
        SECURITY.forEach(fields::set);
        if (isHead) {
            fields.set("Content-Length", Integer.toString(body.length));
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
