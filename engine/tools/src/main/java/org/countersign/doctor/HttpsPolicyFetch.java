package org.countersign.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.countersign.domain.DomainName;

/** Fetches MTA-STS policies with the HTTP client of the JDK. Redirects are not followed (RFC 8461 §3.3). */
public final class HttpsPolicyFetch implements PolicyFetch {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    // RFC 8461 §3.3 suggests 64 KiB at most.
    private static final int MAX_SIZE = 64 << 10;
    private static final int OK = 200;

    @Override
    public String problem(DomainName domain) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("https://mta-sts." + domain + "/.well-known/mta-sts.txt"))
                .timeout(TIMEOUT)
                .build();
        try (HttpClient client = HttpClient.newBuilder()
                .connectTimeout(TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build()) {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                String text = new String(body.readNBytes(MAX_SIZE), StandardCharsets.UTF_8);
                return response.statusCode() != OK
                        ? "the server answers " + response.statusCode()
                        : MtaStsPolicy.problem(text);
            }
        } catch (IOException failed) {
            return "the server cannot be reached over HTTPS with a valid certificate";
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return "the program was interrupted";
        }
    }
}
