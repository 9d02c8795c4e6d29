package org.countersign.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.domain.IpNetwork;
import org.countersign.web.access.AccessControl;
import org.countersign.web.access.AccessToken;
import org.countersign.web.access.WebAccess;
import org.countersign.web.http.HttpListener;
import org.countersign.web.http.PageThreads;

/** The site on a port of its own, with a client that holds the token. */
final class TestSite implements AutoCloseable {
    final HttpListener listener;
    final AccessToken token;
    final String bearer;
    private final HttpClient client = HttpClient.newHttpClient();

    TestSite(Path directory, WebData data, LiveVerdicts live) throws IOException {
        this(directory, data, live, List.of(), Optional.empty());
    }

    /** A site behind a proxy on this host, which names its users. */
    static TestSite behindProxy(Path directory, WebData data, boolean changes) throws IOException {
        return new TestSite(directory, data, new LiveVerdicts(), List.of(), IpNetwork.parse("127.0.0.0/30"), changes);
    }

    TestSite(Path directory, WebData data, LiveVerdicts live, List<String> hosts, Optional<IpNetwork> proxy)
            throws IOException {
        this(directory, data, live, hosts, proxy, false);
    }

    /** A site with its own threads and patience. */
    static TestSite patient(Path directory, WebData data, PageThreads threads) throws IOException {
        return new TestSite(directory, data, new LiveVerdicts(), List.of(), Optional.empty(), false, threads);
    }

    private TestSite(
            Path directory,
            WebData data,
            LiveVerdicts live,
            List<String> hosts,
            Optional<IpNetwork> proxy,
            boolean proxyChanges)
            throws IOException {
        this(directory, data, live, hosts, proxy, proxyChanges, PageThreads.ofThisProcess(Duration.ofMinutes(1)));
    }

    private TestSite(
            Path directory,
            WebData data,
            LiveVerdicts live,
            List<String> hosts,
            Optional<IpNetwork> proxy,
            boolean proxyChanges,
            PageThreads threads)
            throws IOException {
        Path file = directory.resolve("web.token");
        token = AccessToken.readOrCreate(file);
        bearer = Files.readString(file).strip();
        AccessControl access =
                new AccessControl(new WebAccess(file, hosts, proxy, "X-Remote-User", proxyChanges), FilledStore.CLOCK);
        listener = HttpListener.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Map.of(WebSite.PREFIX, new WebSite(access, data, live, FilledStore.CLOCK, threads)));
    }

    String url() {
        return "http://127.0.0.1:" + listener.address().getPort() + WebSite.PREFIX;
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest.Builder request(String page) {
        return HttpRequest.newBuilder(URI.create(url() + page));
    }

    HttpRequest.Builder admitted(String page) {
        return request(page).header("Authorization", "Bearer " + bearer);
    }

    /** The origin of its own pages. */
    String origin() {
        return url().substring(0, url().length() - WebSite.PREFIX.length());
    }

    HttpResponse<String> get(String page) throws IOException, InterruptedException {
        return send(admitted(page));
    }

    @Override
    public void close() {
        listener.close();
        client.close();
    }
}
